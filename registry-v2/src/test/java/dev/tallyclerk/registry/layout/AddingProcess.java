package dev.tallyclerk.registry.layout;

import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.MemorySource;
import dev.tallyclerk.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

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
        return JavaProcess.start(AddingProcess.class, folder.toString(), name, Integer.toString(count));
    }

    /**
     * Adds images and prints a byte before each and after each, so that who started it can kill it in between.
     *
     * @param arguments the folder, the beginning of the images' names, and how many there are
     */
    public static void main(String[] arguments) throws IOException {
        OciLayoutWriter writer = OciLayoutWriter.create(Path.of(arguments[0]), Clock.fixed(NOW, ZoneOffset.UTC));
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
            say('.');
            ImageCopier.create().copy(image(arguments[1], i), writer.destination(arguments[1] + "." + i));
            say('+');
        }
    }

    private static void say(char what) {
        System.out.write(what);
        System.out.flush();
    }
}
