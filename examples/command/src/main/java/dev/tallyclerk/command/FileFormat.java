package dev.tallyclerk.command;

import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Formats files as {@code ls -l} does, with times in UTC and numeric owners. */
final class FileFormat {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private FileFormat() {}

    /** {@return type, mode, owner, size and time of a file, in columns} */
    static String columns(ImageFile file) {
        return columns(
                letter(file.type()),
                file.mode(),
                file.uid() + ":" + file.gid(),
                file.content()
                        .flatMap(LayerEntry::device)
                        .map(FileFormat::device)
                        .orElse(String.valueOf(file.size())),
                file.modified());
    }

    /** {@return the same columns of an entry; whiteouts have a letter of their own} */
    static String columns(LayerEntry entry) {
        return columns(
                entry.whiteout().isPresent() ? 'w' : letter(entry.type()),
                entry.mode(),
                entry.uid() + ":" + entry.gid(),
                entry.device().map(FileFormat::device).orElse(String.valueOf(entry.size())),
                entry.modified());
    }

    private static String columns(char type, int mode, String owner, String size, Instant modified) {
        return String.format(
                Locale.ROOT, "%c%s %9s %10s %s", type, permissions(mode), owner, size, TIME.format(modified));
    }

    /** {@return the titles of the columns} */
    static String titles() {
        return String.format(Locale.ROOT, "%-10s %9s %10s %-16s", "MODE", "OWNER", "SIZE", "MODIFIED (UTC)");
    }

    private static String device(LayerEntry.Device device) {
        return device.major() + "," + device.minor();
    }

    private static char letter(LayerEntry.Type type) {
        return switch (type) {
            case FILE -> '-';
            case DIRECTORY -> 'd';
            case SYMBOLIC_LINK -> 'l';
            case HARD_LINK -> 'h';
            case CHARACTER_DEVICE -> 'c';
            case BLOCK_DEVICE -> 'b';
            case FIFO -> 'p';
        };
    }

    /** {@return for example {@code rwsr-xr-x}} */
    static String permissions(int mode) {
        StringBuilder text = new StringBuilder(9);
        for (int shift = 6; shift >= 0; shift -= 3) {
            text.append((mode >> shift & 4) != 0 ? 'r' : '-');
            text.append((mode >> shift & 2) != 0 ? 'w' : '-');
            boolean executes = (mode >> shift & 1) != 0;
            // The bits above the three triples are set-user-ID, set-group-ID and sticky.
            boolean special = (mode >> (9 + shift / 3) & 1) != 0;
            char letter = shift == 0 ? 't' : 's';
            text.append(special ? executes ? letter : Character.toUpperCase(letter) : executes ? 'x' : '-');
        }
        return text.toString();
    }
}
