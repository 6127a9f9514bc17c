package dev.tallyclerk.registry.internal.inventory.system;

import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.HashedPath;
import dev.tallyclerk.registry.internal.inventory.Lines;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code lib/apk/db/installed}, the text form that apk-tools 2 and 3 write: stanzas of lines {@code X:value}.
 *
 * <p>Virtual packages, which {@code apk add --virtual} makes to remove others by one name, are no software and left
 * out: those without files whose name begins with a dot, or whose description is apk's own.
 *
 * @see <a href="https://wiki.alpinelinux.org/wiki/Apk_spec">Apk spec</a>
 */
public final class ApkInstalled implements ContentReader {
    private static final String VIRTUAL = "virtual meta package";

    @Override
    public void read(InputStream content, FileFindings into) throws IOException, UnreadableException {
        Stanza stanza = new Stanza(into);
        Lines lines = new Lines(content);
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (line.isEmpty()) {
                stanza.end();
                stanza = new Stanza(into);
            } else if (line.length() < 2 || line.charAt(1) != ':') {
                into.malformed("a line is not a letter, a colon and a value: " + line);
            } else {
                stanza.line(line.charAt(0), line.substring(2));
            }
        }
        stanza.end();
    }

    private static final class Stanza {
        private final FileFindings into;
        private boolean isEmpty = true;
        private boolean isOwner;
        private String name = "";
        private String version = "";
        private String architecture = "";
        private String origin = "";
        private String description = "";
        private HashedPath folder = HashedPath.of("");
        private @Nullable HashedPath path;

        Stanza(FileFindings into) {
            this.into = into;
        }

        void line(char key, String value) throws UnreadableException {
            isEmpty = false;
            switch (key) {
                case 'P' -> name = once(key, name, value);
                case 'V' -> version = once(key, version, value);
                case 'A' -> architecture = value;
                case 'o' -> origin = value;
                case 'T' -> description = value;
                case 'F' -> folder = HashedPath.of(value.isEmpty() ? "" : value + "/");
                case 'R' -> file(value);
                case 'Z' -> checksum(value);
                default -> {
                    // Checksums, sizes, dependencies, modes: not part of an inventory.
                }
            }
        }

        private String once(char key, String before, String value) {
            if (!before.isEmpty()) {
                into.malformed("a stanza has the line " + key + " twice: " + before + " and " + value);
            }
            return value;
        }

        private void file(String file) throws UnreadableException {
            if (!isOwner) {
                isOwner = true;
                into.owned().owner(name);
            }
            path = folder.file(file);
            into.owned().add(path);
        }

        /** The checksum of the last file, in Base64 after the letter Q and a digit for its algorithm. */
        private void checksum(String value) throws UnreadableException {
            if (!into.digests().isWanted() || path == null || !value.startsWith("Q")) {
                return;
            }
            try {
                into.digests().add(path, Base64.getDecoder().decode(value.substring(Math.min(2, value.length()))));
            } catch (IllegalArgumentException e) {
                into.malformed("the checksum of a file of " + name + " is not Base64: " + value);
            }
        }

        void end() throws UnreadableException {
            boolean isVirtual = !isOwner && (name.startsWith(".") || description.equals(VIRTUAL));
            if (isEmpty || (isVirtual && !version.isEmpty())) {
                return;
            }
            if (name.isBlank() || version.isBlank()) {
                into.malformed("a package has no name or no version: " + name + " " + version);
                return;
            }
            FoundPackage found = FoundPackage.of("apk", name, version).withArchitecture(architecture);
            into.add(found.withSource(origin.isEmpty() ? name : origin, version));
        }
    }
}
