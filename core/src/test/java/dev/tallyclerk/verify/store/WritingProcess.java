package dev.tallyclerk.verify.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A Java process of its own that writes to a store. */
final class WritingProcess {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);
    static final int MAX_SIZE = 300_000;

    /** How much of a blob that is resumed is there, in bytes. */
    static final int BEGUN = 150_000;

    /** What a process that races answers. */
    static final char PRESENT = 'p';

    static final char NEW = 'n';
    static final char RESUMED = 'r';
    static final char WRITTEN = 'w';

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
     * @param arguments the folder, {@code write}, {@code race} or {@code resume}, and a seed
     */
    public static void main(String[] arguments) throws IOException {
        ContentStore store = ContentStore.of(Path.of(arguments[0]), CLOCK);
        int seed = Integer.parseInt(arguments[2]);
        switch (arguments[1]) {
            case "write" -> write(store, new Random(seed));
            case "race" -> race(store);
            default -> resume(store);
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

    /** {@return a blob that is resumed}, of which {@link #BEGUN} bytes are there. */
    static Blobs begun(int number) {
        return Blobs.of(1000 + number, 200_000);
    }

    /** Writes each blob that it is told the number of, as soon as it is told to go on after it has begun. */
    private static void race(ContentStore store) throws IOException {
        BufferedReader orders = orders();
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            Blobs blob = blob(Integer.parseInt(line));
            writeRest(store.write(blob.digest(), blob.size()), blob, orders);
        }
    }

    /** Does the same with what it can resume. */
    private static void resume(ContentStore store) throws IOException {
        BufferedReader orders = orders();
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            Blobs blob = begun(Integer.parseInt(line));
            writeRest(store.resume(blob.digest(), blob.size()), blob, orders);
        }
    }

    private static BufferedReader orders() {
        step();
        return new BufferedReader(new InputStreamReader(System.in, UTF_8));
    }

    /** Says whether the blob is there, or else where it goes on, and after the next order that it is written. */
    private static void writeRest(Optional<BlobWriter> absent, Blobs blob, BufferedReader orders) throws IOException {
        if (absent.isEmpty()) {
            say(PRESENT);
            return;
        }
        try (BlobWriter writer = absent.get()) {
            say(writer.offset() > 0 ? RESUMED : NEW);
            orders.readLine();
            writer.write(blob.from(writer.offset()));
            writer.commit();
        }
        say(WRITTEN);
    }

    private static void step() {
        say('.');
    }

    private static void say(int step) {
        System.out.write(step);
        System.out.flush();
    }
}
