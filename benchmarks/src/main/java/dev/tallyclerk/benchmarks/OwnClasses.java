package dev.tallyclerk.benchmarks;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Class paths with this library and these benchmarks only: opening the large jar with all peers would be part of the
 * measured startup.
 */
final class OwnClasses {
    private static final String OURS = "dev/tallyclerk/";
    private static final String PATH = make(List.of(OURS));

    private OwnClasses() {}

    static String path() {
        return PATH;
    }

    /** {@return such a class path, with the dependencies of the registry client} */
    static String pathWithHttp() {
        return make(List.of(OURS, "okhttp3/", "okio/", "kotlin/"));
    }

    /** {@return such a class path, with Bouncy Castle, repackaged without the signature of its jar} */
    static String pathWithBouncyCastle() {
        return make(List.of(OURS, "org/bouncycastle/"));
    }

    /** {@return such a class path, with Tink and its dependencies} */
    static String pathWithTink() {
        return make(List.of(OURS, "com/google/crypto/tink/", "com/google/protobuf/", "com/google/gson/"));
    }

    /** {@return whether all these classes are in jars, which a class archive requires} */
    static boolean areInJars() {
        return Files.isRegularFile(source(Digest.class)) && Files.isRegularFile(source(OwnClasses.class));
    }

    private static String make(List<String> folders) {
        Path library = source(Digest.class);
        if (!library.equals(source(OwnClasses.class))) {
            // The tests run so; they measure nothing.
            return System.getProperty("java.class.path");
        }
        try {
            Path thin = Files.createTempFile("tallyclerk", ".jar");
            thin.toFile().deleteOnExit();
            copy(folders, library, thin);
            return thin.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path source(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void copy(List<String> folders, Path from, Path to) throws IOException {
        try (JarFile jar = new JarFile(from.toFile());
                OutputStream file = Files.newOutputStream(to);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                if (folders.stream().anyMatch(entry.getName()::startsWith) && !entry.isDirectory()) {
                    out.putNextEntry(new ZipEntry(entry.getName()));
                    try (var in = jar.getInputStream(entry)) {
                        in.transferTo(out);
                    }
                    out.closeEntry();
                }
            }
        }
    }
}
