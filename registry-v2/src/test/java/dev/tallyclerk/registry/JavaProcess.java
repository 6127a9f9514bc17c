package dev.tallyclerk.registry;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.layout.OciLayout;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Java processes of their own, with the class path of the tests. */
public final class JavaProcess {
    private JavaProcess() {}

    /**
     * Starts a process with little memory.
     *
     * @param main a class of the tests that has a {@code main}
     */
    public static Process start(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-Xmx48m", "-XX:+UseSerialGC", "-cp", classPath(main)));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String classPath(Class<?> main) {
        return String.join(
                System.getProperty("path.separator"),
                root(main),
                root(OciLayout.class),
                root(Digest.class),
                System.getProperty("java.class.path", ""),
                System.getProperty("jdk.module.path", ""));
    }

    /** The folder or file of the compiled classes, also where tests are patched into a module. */
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
