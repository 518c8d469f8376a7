import java.io.*;
import java.net.*;
import java.nio.file.*;
import java.util.stream.*;

/** Streams on several threads, a child process, files, a socket: one line each. */
public class Main {
    public static void main(String[] args) throws Exception {
        System.out.println("sum " + IntStream.range(0, 1000).parallel().sum());
        System.out.println("child " + new ProcessBuilder("sh", "-c", "exit 5").start().waitFor());
        Path file = Files.createTempFile("lines", null);
        Files.writeString(file, "a\nb\nc\n");
        System.out.println("file " + Files.readAllLines(file).size());
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread client = new Thread(() -> {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
                    socket.getOutputStream().write("pong\n".getBytes());
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
            client.start();
            try (Socket socket = server.accept()) {
                System.out.println("socket " + new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine());
            }
            client.join();
        }
    }
}
