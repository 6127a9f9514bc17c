package dev.tallyclerk.registry.internal.inventory.system;

import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.HashedPath;
import dev.tallyclerk.registry.internal.inventory.Lines;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;

/** Reads the checksums of a package's files of dpkg: lines of an MD5 in hexadecimal, two blanks and a path. */
public final class ChecksumList implements ContentReader {
    private static final int HEX = 32;

    @Override
    public void read(InputStream content, FileFindings into) throws IOException, UnreadableException {
        Lines lines = new Lines(content);
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (line.length() <= HEX + 2 || !line.startsWith("  ", HEX)) {
                into.malformed("a line is not a checksum and a path: " + line);
                continue;
            }
            byte[] checksum;
            try {
                checksum = HexFormat.of().parseHex(line, 0, HEX);
            } catch (IllegalArgumentException e) {
                into.malformed("a line does not start with a checksum: " + line);
                continue;
            }
            into.digests().add(HashedPath.of(line.substring(HEX + 2)), checksum);
        }
    }
}
