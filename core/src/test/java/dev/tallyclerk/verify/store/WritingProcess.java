package dev.tallyclerk.verify.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A Java process of its own that writes to a store. */
final class WritingProcess {
    static final Instant NOW = Instant.parse("2020-01-01T00:00:00Z");
    static final int MAX_SIZE = 300_000;

    private WritingProcess() {}

    /** What the processes of a test write: the same blobs again and again, so that they meet. */
    static Blobs blob(int number) {
        return Blobs.of(number, 1 + (int) (number * 7_919L * 31 % MAX_SIZE));
    }

    static Process start(Path folder, String task, int seed) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-Xmx32m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath()));
        command.addAll(List.of(WritingProcess.class.getName(), folder.toString(), task, Integer.toString(seed)));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String classPath() {
        return String.join(
                System.getProperty("path.separator"),
                root(WritingProcess.class),
                root(ContentStore.class),
                System.getProperty("java.class.path", ""),
                System.getProperty("jdk.module.path", ""));
    }

    /** The folder of the compiled classes, also where tests are patched into a module. */
    private static String root(Class<?> type) {
        String file = "/" + type.getName().replace('.', '/') + ".class";
        URL url = type.getResource(file);
        if (url == null) {
            throw new IllegalStateException(file + " has no file");
        }
        try {
            String path = Path.of(url.toURI()).toString();
            return path.substring(0, path.length() - file.length());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Does its task and prints a byte before each step, so that who started it can kill it anywhere.
     *
     * @param arguments the folder, {@code write} or {@code race}, and a seed
     */
    public static void main(String[] arguments) throws IOException {
        ContentStore store = ContentStore.at(Path.of(arguments[0]), NOW);
        int seed = Integer.parseInt(arguments[2]);
        if (arguments[1].equals("write")) {
            write(store, new Random(seed));
        } else {
            race(store);
        }
    }

    private static void write(ContentStore store, Random random) throws IOException {
        while (true) {
            Blobs blob = blob(random.nextInt(40));
            if (random.nextInt(4) == 0) {
                store.delete(blob.digest());
            }
            var absent = random.nextBoolean()
                    ? store.write(blob.digest(), blob.size())
                    : store.resume(blob.digest(), blob.size());
            if (absent.isPresent()) {
                writeSome(absent.get(), blob, random);
            }
        }
    }

    private static void writeSome(BlobWriter open, Blobs blob, Random random) throws IOException {
        try (BlobWriter writer = open) {
            while (writer.remaining() > 0) {
                step();
                int at = Math.toIntExact(writer.offset());
                writer.write(blob.content(), at, 1 + random.nextInt(Math.toIntExact(writer.remaining())));
                if (random.nextInt(8) == 0) {
                    return;
                }
            }
            step();
            writer.commit();
        }
    }

    /** Writes each blob that it is told the number of, and says whether it was the one who did. */
    private static void race(ContentStore store) throws IOException {
        step();
        var orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            Blobs blob = blob(Integer.parseInt(line));
            InputStream content = new ByteArrayInputStream(blob.content());
            boolean written = store.store(blob.digest(), blob.size(), content);
            OutputStream answer = System.out;
            answer.write(written ? 'w' : 'p');
            answer.flush();
        }
    }

    private static void step() {
        System.out.write('.');
        System.out.flush();
    }
}
