package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.store.MetadataStore;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A Java process of its own that refreshes a store again and again. */
final class RefreshingProcess {
    private RefreshingProcess() {}

    static Process start(Path store, Path repository, Path root, int count) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-Xmx48m", "-XX:+UseSerialGC", "-cp", classPath()));
        command.add(RefreshingProcess.class.getName());
        command.addAll(List.of(store.toString(), repository.toString(), root.toString(), Integer.toString(count)));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /**
     * Refreshes and prints a byte before each and after each, so that who started it can kill it in between.
     *
     * @param arguments the folder of the store, that of the repository, the trusted root, and how often to refresh
     */
    public static void main(String[] arguments) throws Exception {
        TufClient client = TufClient.builder(
                        MetadataFetcher.ofUri(Path.of(arguments[1]).toUri()))
                .trustedRoot(Files.readAllBytes(Path.of(arguments[2])))
                .store(MetadataStore.inDirectory(Path.of(arguments[0]), Duration.ofMinutes(5)))
                .clock(Clock.fixed(TestRepository.NOW, ZoneOffset.UTC))
                .build();
        for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
            say('.');
            long version = client.refresh().trusted().timestamp().orElseThrow().version();
            // Whatever the other process does meanwhile: what is stored is of one time, and of no earlier one.
            StaleMetadata stored = client.offline();
            say(stored.trusted().timestamp().orElseThrow().version() < version ? '-' : '+');
        }
    }

    private static void say(char what) {
        System.out.write(what);
        System.out.flush();
    }

    private static String classPath() {
        return String.join(
                System.getProperty("path.separator"),
                root(RefreshingProcess.class),
                root(TufClient.class),
                root(Digest.class),
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
        if (!url.getProtocol().equals("file")) {
            return ""; // in an archive, which is on one of the paths
        }
        try {
            String path = Path.of(url.toURI()).toString();
            return path.substring(0, path.length() - file.length());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
