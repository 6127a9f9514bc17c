package dev.tallyclerk.testing;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Java processes of their own, with everything on their class path that the running tests have. */
public final class JavaProcess {
    private JavaProcess() {}

    /**
     * Starts a process with little memory, whose complaints the tests print.
     *
     * @param main a class that has a {@code main}
     */
    public static Process start(Class<?> main, String... arguments) throws IOException {
        return new ProcessBuilder(command(List.of("-Xmx48m", "-XX:+UseSerialGC"), main, arguments))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** {@return the command that runs a class's {@code main} on the running Java} */
    public static List<String> command(List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(main), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static String classPath(Class<?> main) {
        return String.join(
                File.pathSeparator,
                root(main),
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
