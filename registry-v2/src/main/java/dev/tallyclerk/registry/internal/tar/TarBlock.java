package dev.tallyclerk.registry.internal.tar;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads the fields of a 512-byte header in place. */
final class TarBlock {
    static final int SIZE = 512;

    static final int NAME = 0;
    static final int NAME_LENGTH = 100;
    static final int MODE = 100;
    static final int NUMBER_LENGTH = 8;
    static final int USER_ID = 108;
    static final int GROUP_ID = 116;
    static final int CONTENT_SIZE = 124;
    static final int LONG_NUMBER_LENGTH = 12;
    static final int TIME = 136;
    private static final int CHECKSUM = 148;
    static final int TYPE = 156;
    static final int LINK = 157;
    private static final int MAGIC = 257;
    static final int USER_NAME = 265;
    static final int GROUP_NAME = 297;
    static final int OWNER_NAME_LENGTH = 32;
    static final int DEVICE_MAJOR = 329;
    static final int DEVICE_MINOR = 337;
    static final int PREFIX = 345;
    private static final int PREFIX_END = 500;
    private static final int STAR_PREFIX_LAST = PREFIX + 130;
    private static final int STAR_TIMES = PREFIX + 131;
    /** The magic of star is in the upper half of this word. */
    private static final int STAR_MAGIC = 504;

    private static final int GNU_TIMES_END = PREFIX + 2 * LONG_NUMBER_LENGTH;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOWEST_FIVE_BYTES = 0xff_ffff_ffffL;

    /** "ustar", two blanks and a NUL, and "tar" and a NUL, in little endian. */
    private static final long USTAR = 0x72_6174_7375L;

    private static final long TWO_BLANKS = 0x2020;
    private static final long STAR = 0x726174;
    private static final long EVERY_OTHER_BYTE = 0x00ff00ff00ff00ffL;

    /** Seven digits and a NUL. */
    private static final long ZERO_DIGITS = 0x0030303030303030L;

    private static final long BLANKS = 0x2020202020202020L;

    /** The header format, by its magic. */
    enum Format {
        /** POSIX: the name may have a prefix. */
        USTAR,
        /** GNU: times take the place of the prefix. */
        GNU,
        /** Older than both: without owner names and prefix. */
        OLD
    }

    private TarBlock() {}

    /** {@return the sum of a block's bytes; 0 only if all are zero} */
    static int sum(byte[] b, int at) {
        long lanes = 0; // four sums of 16 bits, each at most 64 * 2 * 255
        for (int i = at; i < at + SIZE; i += 8) {
            long eight = (long) LONGS.get(b, i);
            lanes += (eight & EVERY_OTHER_BYTE) + (eight >>> 8 & EVERY_OTHER_BYTE);
        }
        return (int) ((lanes & 0xffff) + (lanes >>> 16 & 0xffff) + (lanes >>> 32 & 0xffff) + (lanes >>> 48));
    }

    /** {@return whether the header's checksum holds; old writers computed it from signed bytes} */
    static boolean checksumHolds(byte[] b, int at, int sum) {
        long stored = octal(b, at + CHECKSUM, NUMBER_LENGTH);
        int own = 0;
        int signed = 0;
        for (int i = at + CHECKSUM; i < at + CHECKSUM + NUMBER_LENGTH; i++) {
            own += b[i] & 0xff;
        }
        int unsigned = sum - own + NUMBER_LENGTH * ' ';
        if (stored == unsigned) {
            return true;
        }
        for (int i = at; i < at + SIZE; i++) {
            boolean inChecksum = i >= at + CHECKSUM && i < at + CHECKSUM + NUMBER_LENGTH;
            signed += inChecksum ? ' ' : b[i];
        }
        return stored == signed && stored >= 0;
    }

    /** {@return the number in a field, octal or in GNU's binary form} */
    static long number(byte[] b, int at, int length, String field) throws TarException {
        if (b[at] >= 0) {
            long value = octal(b, at, length);
            if (value < 0) {
                throw TarException.malformed("has a header whose " + field + " is not an octal number");
            }
            if (value == 0 && b[at] == ' ' && b[at + length - 1] == ' ' && isBlank(b, at, length)) {
                // GNU tar passes over a header without a size, and takes -1 for other numbers; the others take 0.
                throw TarException.ambiguous("has a header whose " + field + " is blank");
            }
            return value;
        }
        // Two's complement, big endian. Some readers use all eight bits of the first byte, others only its sign.
        if (b[at] != (byte) 0x80 && b[at] != (byte) 0xff) {
            throw TarException.ambiguous(
                    "has a header whose " + field + " is a binary number on which tar readers disagree");
        }
        long value = b[at] == (byte) 0x80 ? 0 : -1;
        for (int i = at + 1; i < at + length; i++) {
            if (value << 8 >> 8 != value) {
                throw TarException.malformed("has a header whose " + field + " exceeds 64 bits");
            }
            value = value << 8 | (b[i] & 0xff);
        }
        return value;
    }

    /**
     * {@return an octal number, or -1 if the field has none}
     *
     * <p>Blanks, digits, then blanks or NULs: readers disagree on any other order.
     */
    private static long octal(byte[] b, int offset, int length) {
        long value = 0;
        int at = offset;
        int end = offset + length;
        while (at < end && b[at] == ' ') {
            at++;
        }
        for (; at < end && (b[at] & 0xf8) == '0'; at++) {
            value = value << 3 | (b[at] & 7);
        }
        for (; at < end; at++) {
            if (b[at] != ' ' && b[at] != 0) {
                return -1;
            }
        }
        return value;
    }

    private static boolean isBlank(byte[] b, int at, int length) {
        for (int i = at; i < at + length; i++) {
            if (b[i] != ' ') {
                return false;
            }
        }
        return true;
    }

    /** {@return the end of a text padded with NULs} */
    static int textEnd(byte[] b, int at, int length) {
        int end = at;
        while (end < at + length && b[end] != 0) {
            end++;
        }
        return end;
    }

    static Format format(byte[] b, int at) {
        long magic = (long) LONGS.get(b, at + MAGIC);
        if ((magic & LOWEST_FIVE_BYTES) != USTAR) {
            return Format.OLD;
        }
        long version = magic >>> (5 * Byte.SIZE);
        if ((version & 0xff) == 0) {
            return Format.USTAR;
        }
        return version == TWO_BLANKS ? Format.GNU : Format.OLD;
    }

    /** Refuses a header with a malformed number, even if the number is unused in its entry. */
    static void requireNumbers(byte[] b, int at, Format format) throws TarException {
        number(b, at + MODE, NUMBER_LENGTH, "mode");
        number(b, at + USER_ID, NUMBER_LENGTH, "user");
        number(b, at + GROUP_ID, NUMBER_LENGTH, "group");
        number(b, at + TIME, LONG_NUMBER_LENGTH, "time");
        requireFormatNumbers(b, at, format);
    }

    /** The same for the numbers of devices and the times of star, which not all formats have. */
    static void requireFormatNumbers(byte[] b, int at, Format format) throws TarException {
        // Nearly every entry has two zeros here, in one of two forms, or blanks, which matter in devices only.
        long major = (long) LONGS.get(b, at + DEVICE_MAJOR);
        long minor = (long) LONGS.get(b, at + DEVICE_MINOR);
        if (major != minor || (major != ZERO_DIGITS && major != 0 && major != BLANKS)) {
            if (format == Format.OLD
                    && (octal(b, at + DEVICE_MAJOR, NUMBER_LENGTH) < 0
                            || octal(b, at + DEVICE_MINOR, NUMBER_LENGTH) < 0)) {
                // Python ends the archive here, and Go does not look at these bytes.
                throw TarException.ambiguous("has no number in place of a device in an old header format");
            }
            number(b, at + DEVICE_MAJOR, NUMBER_LENGTH, "device");
            number(b, at + DEVICE_MINOR, NUMBER_LENGTH, "device");
        }
        if (format == Format.USTAR && isStar(b, at)) {
            number(b, at + STAR_TIMES, LONG_NUMBER_LENGTH, "time of access");
            number(b, at + STAR_TIMES + LONG_NUMBER_LENGTH, LONG_NUMBER_LENGTH, "time of change");
        }
    }

    private static boolean isStar(byte[] b, int at) {
        return (long) LONGS.get(b, at + STAR_MAGIC) >>> Integer.SIZE == STAR;
    }

    /** {@return the length of the name's prefix in bytes, 0 if there is none} */
    static int prefixLength(byte[] b, int at, Format format) throws TarException {
        int prefix = at + PREFIX;
        if (format == Format.USTAR) {
            if (isStar(b, at) && b[at + STAR_PREFIX_LAST] != 0) {
                throw TarException.ambiguous("has a star header on whose prefix tar readers disagree");
            }
            return textEnd(b, prefix, PREFIX_END - PREFIX) - prefix;
        }
        // Some readers use these bytes as a prefix, whatever the magic.
        int i = prefix;
        if (format == Format.GNU
                && octal(b, i, LONG_NUMBER_LENGTH) >= 0
                && octal(b, i + LONG_NUMBER_LENGTH, LONG_NUMBER_LENGTH) >= 0) {
            i = at + GNU_TIMES_END;
        }
        for (; i < at + PREFIX_END; i++) {
            if (b[i] != 0) {
                throw TarException.ambiguous("has a prefix in a header format without prefixes");
            }
        }
        return 0;
    }
}
