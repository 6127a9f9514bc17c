package dev.tallyclerk.trust.tuf;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that answers with exactly the bytes a test wants, also those that no server library would send. */
final class LoopbackServer implements Closeable {
    /** Sends an answer; the connection is closed after it. */
    @FunctionalInterface
    interface Answer {
        void send(OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket socket;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> received = new CopyOnWriteArrayList<>();

    LoopbackServer() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "loopback server");
        thread.setDaemon(true);
        thread.start();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
    }

    void answer(String path, Answer answer) {
        answers.put(path, answer);
    }

    void answer(String path, String head, byte[] body) {
        answer(path, out -> {
            out.write(("HTTP/1.1 " + head + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(body);
        });
    }

    /** {@return the request heads, one text each} */
    List<String> received() {
        return received;
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
                StringBuilder head = new StringBuilder();
                String line = in.readLine();
                String path = line == null ? "" : line.split(" ", -1)[1];
                while (line != null && !line.isEmpty()) {
                    head.append(line).append('\n');
                    line = in.readLine();
                }
                received.add(head.toString());
                Answer answer = answers.get(path);
                if (answer != null) {
                    answer.send(connection.getOutputStream());
                }
            } catch (IOException | InterruptedException e) {
                // The client went away, as several tests want it to.
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
