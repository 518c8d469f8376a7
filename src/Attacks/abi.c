/* Other doors into the kernel: 32-bit calls, x32, numbers and arguments with bits that the kernel drops, rings. */
#include <elf.h>
#include <linux/sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include "attack.h"

#define X32_BIT 0x40000000L
#define HIGH_BITS 0x5a5a000100000000L
#define I386_GETPID 20
#define I386_SOCKETCALL 102
#define I386_UNSHARE 310

static long int80(long number, long a, long b, long c)
{
    int result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "r8", "r9", "r10", "r11", "memory");
    return result;
}

static void int80_getpid(char **arguments)
{
    UNUSED(arguments);
    answer("int 0x80 getpid", int80(I386_GETPID, 0, 0, 0));
}

static void int80_unshare(char **arguments)
{
    UNUSED(arguments);
    answer("int 0x80 unshare", int80(I386_UNSHARE, CLONE_NEWUSER, 0, 0));
}

static void int80_socketcall(char **arguments)
{
    UNUSED(arguments);
    uint32_t *words = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    if (words == MAP_FAILED) {
        unable("no memory below 2 GiB");
    }
    words[0] = AF_ALG;
    words[1] = SOCK_SEQPACKET;
    words[2] = 0;
    answer("int 0x80 socketcall(SYS_SOCKET, AF_ALG)", int80(I386_SOCKETCALL, 1, (long)words, 0));
}

/* A 32-bit program that exits with 42 if its one call is served. */
static void i386_program(char **arguments)
{
    UNUSED(arguments);
    static const uint8_t code[] = { 0xb8, 1, 0, 0, 0, 0xbb, 42, 0, 0, 0, 0xcd, 0x80, 0xf4 }; /* mov eax, 1; mov ebx, 42; int 0x80; hlt */
    struct { Elf32_Ehdr header; Elf32_Phdr segment; uint8_t code[sizeof code]; } image = {
        .header = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, EV_CURRENT }, .e_type = ET_EXEC, .e_machine = EM_386, .e_version = EV_CURRENT,
                    .e_entry = 0x10000 + sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr), .e_phoff = sizeof(Elf32_Ehdr), .e_ehsize = sizeof(Elf32_Ehdr),
                    .e_phentsize = sizeof(Elf32_Phdr), .e_phnum = 1 },
        .segment = { .p_type = PT_LOAD, .p_vaddr = 0x10000, .p_paddr = 0x10000, .p_filesz = sizeof image, .p_memsz = sizeof image, .p_flags = PF_R | PF_X, .p_align = 0x1000 },
    };
    memcpy(image.code, code, sizeof code);
    char path[] = "/tmp/i386-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, &image, sizeof image) != sizeof image || fchmod(fd, 0700) != 0) {
        unable("no program can be written to /tmp");
    }
    close(fd);
    pid_t child = fork();
    if (child == 0) {
        char *empty[] = { path, NULL };
        execve(path, empty, empty + 1);
        _exit(errno == EACCES ? 100 : 101);
    }
    int status;
    bool reaped = reap(child, &status);
    unlink(path);
    must(reaped && !(WIFEXITED(status) && WEXITSTATUS(status) == 42), "a 32-bit program %s",
         WIFSIGNALED(status) ? "dies at its first call" : WEXITSTATUS(status) == 42 ? "runs, its calls are served" : "does not start");
}

static void x32(char **arguments)
{
    UNUSED(arguments);
    answer("x32 getpid", CALL(SYS_getpid | X32_BIT));
    answer("x32 unshare", CALL(SYS_unshare | X32_BIT, CLONE_NEWUSER));
    answer("x32 execve", CALL(520 | X32_BIT, NULL, NULL, NULL));
    answer("x32 ptrace", CALL(521 | X32_BIT, 0, 0, 0, 0));
}

static void unknown_numbers(char **arguments)
{
    UNUSED(arguments);
    static const long numbers[] = { 9999, 1000, 0x3fffffff, 0x7fffffff, 0x80000000L, 0xffffffffL };
    for (size_t i = 0; i < COUNT(numbers); i++) {
        answer("a number that no call has", CALL(numbers[i], 1, 2, 3, 4, 5, 6));
    }
    must(CALL(SYS_getpid) > 0, "the process lives");
}

static void high_bits_number(char **arguments)
{
    UNUSED(arguments);
    answer("unshare with bit 32 of its number set", CALL(SYS_unshare | (1L << 32), CLONE_NEWUSER));
}

static void high_bits_socket(char **arguments)
{
    UNUSED(arguments);
    answer("socket(AF_ALG) with high bits", CALL(SYS_socket, HIGH_BITS | AF_ALG, HIGH_BITS | SOCK_SEQPACKET, HIGH_BITS));
    answer("socket(AF_VSOCK) with high bits", CALL(SYS_socket, HIGH_BITS | AF_VSOCK, HIGH_BITS | SOCK_STREAM, HIGH_BITS));
}

static void high_bits_ioctl(char **arguments)
{
    UNUSED(arguments);
    char letter = 'x';
    answer("ioctl(TIOCSTI) with high bits", CALL(SYS_ioctl, 0, HIGH_BITS | TIOCSTI, &letter));
    answer("ioctl(TIOCLINUX) with high bits", CALL(SYS_ioctl, HIGH_BITS, HIGH_BITS | TIOCLINUX, &letter));
}

static void high_bits_clone(char **arguments)
{
    UNUSED(arguments);
    long pid = CALL(SYS_clone, HIGH_BITS | CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
        _exit(0);
    }
    answer("clone(CLONE_NEWUSER) with high bits", pid);
}

static void high_bits_mode(char **arguments)
{
    UNUSED(arguments);
    int fd = open("/tmp/high-bits", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    answer("fchmod(04755) with high bits", CALL(SYS_fchmod, fd, HIGH_BITS | 04755));
    answer("chmod(02755) with high bits", CALL(SYS_chmod, "/tmp/high-bits", HIGH_BITS | 02755));
    close(fd);
    unlink("/tmp/high-bits");
}

static void io_uring(char **arguments)
{
    UNUSED(arguments);
    char parameters[120] = { 0 };
    answer("io_uring_setup", CALL(SYS_io_uring_setup, 4, parameters));
    answer("io_uring_enter", CALL(SYS_io_uring_enter, 0, 1, 0, 0, 0, 0));
    answer("io_uring_register", CALL(SYS_io_uring_register, 0, 0, 0, 0));
}

static void old_aio(char **arguments)
{
    UNUSED(arguments);
    unsigned long context = 0;
    answer("io_setup", CALL(SYS_io_setup, 4, &context));
}

static void clone3(char **arguments)
{
    UNUSED(arguments);
    struct clone_args plain = { .exit_signal = SIGCHLD }, namespaced = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };
    struct clone_args *const all[] = { &plain, &namespaced };
    for (size_t i = 0; i < COUNT(all); i++) {
        long pid = CALL(SYS_clone3, all[i], sizeof *all[i]);
        if (pid == 0) {
            _exit(0);
        }
        answer("clone3", pid);
    }
}

const struct attack abi_attacks[] = {
    { "int80-getpid", int80_getpid }, { "int80-unshare", int80_unshare }, { "int80-socketcall", int80_socketcall }, { "i386-program", i386_program },
    { "x32", x32 }, { "unknown-numbers", unknown_numbers }, { "high-bits-number", high_bits_number }, { "high-bits-socket", high_bits_socket },
    { "high-bits-ioctl", high_bits_ioctl }, { "high-bits-clone", high_bits_clone }, { "high-bits-mode", high_bits_mode },
    { "io-uring", io_uring }, { "old-aio", old_aio }, { "clone3", clone3 }, { NULL, NULL },
};
