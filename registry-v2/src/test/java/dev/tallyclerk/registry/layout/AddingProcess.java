package dev.tallyclerk.registry.layout;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A Java process of its own that adds images to a layout. */
final class AddingProcess {
    static final Instant NOW = Instant.parse("2020-01-01T00:00:00Z");

    private AddingProcess() {}

    /** The image of a number: a layer of its own, and one that every fourth image has. */
    static MemorySource image(String name, int number) {
        MemorySource source = new MemorySource();
        return source.root(source.image("linux/amd64", "shared".repeat(20_000 + number % 4), name + number));
    }

    static Process start(Path folder, String name, int count) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-Xmx48m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath()));
        command.addAll(List.of(AddingProcess.class.getName(), folder.toString(), name, Integer.toString(count)));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String classPath() {
        return String.join(
                System.getProperty("path.separator"),
                root(AddingProcess.class),
                root(OciLayoutWriter.class),
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
     * Adds images and prints a byte before each and after each, so that who started it can kill it in between.
     *
     * @param arguments the folder, the beginning of the images' names, and how many there are
     */
    public static void main(String[] arguments) throws IOException {
        OciLayoutWriter writer = OciLayoutWriter.at(Path.of(arguments[0]), NOW);
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
            say('.');
            ImageCopier.create().copy(image(arguments[1], i), writer.image(arguments[1] + "." + i));
            say('+');
        }
    }

    private static void say(char what) {
        System.out.write(what);
        System.out.flush();
    }
}
