package dev.tallyclerk.registry.internal.inventory.binary;

import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the modules of a Go program. The standard library is a package too; the main module is one only if it was built
 * in a released version.
 *
 * @see <a href="https://github.com/golang/go/blob/go1.24.4/src/debug/buildinfo/buildinfo.go">Go 1.24.4,
 *     debug/buildinfo</a>
 */
final class GoBuildInfo {
    static final int HEADER = 32;
    static final int ALIGNMENT = 16;
    static final byte[] MAGIC = "\u00ff Go buildinf:".getBytes(StandardCharsets.ISO_8859_1);

    /** What is before the text of the modules. As long a mark is after it. */
    static final byte[] TEXT_START = HexFormat.of().parseHex("3077af0c9274080241e1c107e6d618e6");

    /** The version of what was built from a folder. */
    private static final String DEVELOPED = "(devel)";

    private static final int POINTER_SIZE_AT = 14;
    private static final int FLAGS_AT = 15;
    private static final int BIG_ENDIAN = 1;
    private static final int VERSION_AND_TEXT_FOLLOW = 2;
    private static final int POINTERS_AT = 16;
    private static final int MARK = TEXT_START.length;
    private static final Pattern RELEASED =
            Pattern.compile("v[0-9]+[.][0-9]+[.][0-9]+(-[0-9A-Za-z.-]+)?([+]incompatible)?");
    private static final Pattern PSEUDO = Pattern.compile(".*[-.][0-9]{14}-[0-9a-f]{12}.*");
    /** A version of Go, which experiments or the name of a vendor may follow. */
    private static final Pattern TOOLCHAIN = Pattern.compile("(go[0-9][0-9A-Za-z.+-]*?)(-X:.*| .*)?");

    private GoBuildInfo() {}

    /** {@return whether the 32 bytes at a position begin such information} */
    static boolean isAt(byte[] bytes, int at) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (bytes[at + i] != MAGIC[i]) {
                return false;
            }
        }
        int pointer = bytes[at + POINTER_SIZE_AT];
        return pointer == 0 || pointer == 4 || pointer == 8;
    }

    /** {@return whether the information has pointers, as that of Go 1.17 and earlier has} */
    static boolean hasPointers(byte[] bytes, int at) {
        return (bytes[at + FLAGS_AT] & VERSION_AND_TEXT_FOLLOW) == 0;
    }

    /**
     * The addresses of the variables with the version and the modules.
     *
     * @param size how many bytes an address has
     */
    record Pointers(int size, boolean bigEndian, long version, long modules) {
        /** {@return the numbers in memory of the program} */
        ElfNumbers numbers(byte[] bytes) {
            return new ElfNumbers(bytes, size == 8, bigEndian);
        }
    }

    /** {@return the pointers of information that has them} */
    static Pointers pointers(byte[] bytes) {
        int size = bytes[POINTER_SIZE_AT] == 4 ? 4 : 8;
        boolean bigEndian = (bytes[FLAGS_AT] & BIG_ENDIAN) != 0;
        ElfNumbers numbers = new ElfNumbers(bytes, size == 8, bigEndian);
        return new Pointers(size, bigEndian, numbers.address(POINTERS_AT), numbers.address(POINTERS_AT + size));
    }

    /**
     * Reads information without pointers.
     *
     * @param bytes all of it, or as much as its limit allows
     */
    static void read(byte[] bytes, FileFindings into) throws UnreadableException {
        int[] at = {HEADER};
        String version = text(bytes, at);
        add(version, text(bytes, at), into);
    }

    /**
     * Adds the standard library and the modules.
     *
     * @param modules the modules between their marks; empty if the program does not state them
     */
    static void add(String version, String modules, FileFindings into) throws UnreadableException {
        Matcher toolchain = TOOLCHAIN.matcher(version);
        if (toolchain.matches()) {
            into.add(FoundPackage.of("golang", "stdlib", toolchain.group(1)));
        } else {
            into.unsupported("the program was built with no released version of Go: " + version);
        }
        if (modules.length() > 2 * MARK) {
            modules(modules.substring(MARK, modules.length() - MARK), into);
        } else {
            into.unsupported("the program does not say which modules it was built of");
        }
    }

    private static String text(byte[] bytes, int[] at) throws UnreadableException {
        long length = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            if (at[0] >= bytes.length) {
                break;
            }
            int next = bytes[at[0]++];
            length |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                if (length > bytes.length - at[0]) {
                    throw UnreadableException.limit("the build information of the program has a text of " + length
                            + " bytes, and " + (bytes.length - at[0]) + " are there or allowed");
                }
                String text = new String(bytes, at[0], (int) length, StandardCharsets.ISO_8859_1);
                at[0] += (int) length;
                return text;
            }
        }
        throw UnreadableException.malformed("the build information of the program is cut off");
    }

    private static void modules(String text, FileFindings into) throws UnreadableException {
        List<String[]> modules = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String[] fields = line.split("\t", -1);
            if (fields.length < 2) {
                continue;
            }
            switch (fields[0]) {
                case "mod" -> {
                    if (fields.length > 2 && isReleased(fields[2])) {
                        modules.add(fields);
                    }
                }
                case "dep" -> modules.add(fields);
                case "=>" -> {
                    if (!modules.isEmpty()) {
                        modules.set(modules.size() - 1, fields);
                    }
                }
                default -> {
                    // The path of the package, and settings of the build.
                }
            }
        }
        for (String[] module : modules) {
            // A module from a folder has no version, and is not the one that is published under its path.
            if (module.length > 2 && !module[2].isEmpty() && !module[2].equals(DEVELOPED)) {
                into.add(FoundPackage.of("golang", module[1], module[2]));
            }
        }
    }

    private static boolean isReleased(String version) {
        return RELEASED.matcher(version).matches() && !PSEUDO.matcher(version).matches();
    }
}
