package dev.tallyclerk.registry.internal.inventory.system;

import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.Lines;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;

/** Reads the files {@code desc} and {@code files} of a package in {@code var/lib/pacman/local}. */
public final class PacmanDescription implements ContentReader {
    private final boolean listsFiles;
    private final String folder;

    private PacmanDescription(boolean listsFiles, String folder) {
        this.listsFiles = listsFiles;
        this.folder = folder;
    }

    /** {@return the reader of {@code desc}} */
    public static PacmanDescription ofPackage() {
        return new PacmanDescription(false, "");
    }

    /**
     * {@return the reader of {@code files}}
     *
     * @param folder the name of the package's folder, {@code NAME-VERSION-RELEASE}
     */
    public static PacmanDescription ofFiles(String folder) {
        return new PacmanDescription(true, folder);
    }

    @Override
    public void read(InputStream content, FileFindings into) throws IOException, UnreadableException {
        if (listsFiles) {
            into.owned().owner(folder.replaceFirst("-[^-]*-[^-]*$", ""));
        }
        Map<String, String> values = new HashMap<>();
        String section = "";
        Lines lines = new Lines(content);
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (line.length() > 2 && line.startsWith("%") && line.endsWith("%")) {
                section = line;
            } else if (listsFiles) {
                if (section.equals("%FILES%")) {
                    into.owned().add(line);
                }
            } else if (!line.isEmpty()) {
                values.putIfAbsent(section, line);
            }
        }
        if (!listsFiles) {
            add(values, into);
        }
    }

    private static void add(Map<String, String> values, FileFindings into) throws UnreadableException {
        String name = values.getOrDefault("%NAME%", "");
        String version = values.getOrDefault("%VERSION%", "");
        if (name.isBlank() || version.isBlank()) {
            throw UnreadableException.malformed("a package has no name or no version: " + name + " " + version);
        }
        FoundPackage found = FoundPackage.of("alpm", name, version).withArchitecture(values.getOrDefault("%ARCH%", ""));
        into.add(found.withSource(values.getOrDefault("%BASE%", name), version));
    }
}
