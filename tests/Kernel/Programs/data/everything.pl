# Processes, pipes, sorting, sockets, files and signals: one line each.
use strict;
use warnings;
use File::Temp qw(tempfile);
use IO::Socket::INET;

pipe(my $reader, my $writer) or die "pipe: $!";
my $pid = fork() // die "fork: $!";
if ($pid == 0) {
    close $reader;
    print $writer 6 * 7;
    close $writer;
    exit 7;
}
close $writer;
print "child says ", <$reader>, "\n";
waitpid $pid, 0;
print "exit ", $? >> 8, "\n";
print "sorted ", join(" ", sort { $a cmp $b } map { lc } "Pear" =~ /(\w+)/, qw(FIG Apple)), "\n";

my $server = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1", Proto => "tcp") or die "listen: $!";
if (!fork()) {
    my $client = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $server->sockport, Proto => "tcp") or die "connect: $!";
    print $client "pong\n";
    exit 0;
}
print "socket ", scalar readline($server->accept);
wait;

my ($file, $name) = tempfile(UNLINK => 1);
print $file "line $_\n" for 1 .. 3;
close $file;
open(my $again, "<", $name) or die "open: $!";
my @lines = <$again>;
print "file ", scalar @lines, " lines\n";

eval { local $SIG{ALRM} = sub { die "fired\n" }; alarm 1; sleep 100; };
print "alarm $@";
