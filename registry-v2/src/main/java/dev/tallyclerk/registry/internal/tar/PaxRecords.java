package dev.tallyclerk.registry.internal.tar;

/** Iterates over pax records, "LENGTH KEY=VALUE\n", where LENGTH is the size of the whole record in bytes. */
final class PaxRecords {
    private static final int MAX_DIGITS = 10;

    private final byte[] bytes;
    private final int end;
    private int next;
    int valueStart;
    int valueEnd;
    String key = "";

    PaxRecords(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.next = start;
        this.end = end;
    }

    /** Moves to the next record, and returns whether there is one. */
    boolean next() throws TarException {
        if (next == end) {
            return false;
        }
        int at = next;
        long length = 0;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9' && at - next < MAX_DIGITS) {
            length = length * 10 + bytes[at] - '0';
            at++;
        }
        long last = next + length - 1;
        if (at == next || at >= end || bytes[at] != ' ' || last >= end || last <= at || bytes[(int) last] != '\n') {
            throw malformedRecord("is malformed");
        }
        int keyStart = at + 1;
        int equals = keyStart;
        while (equals < last && bytes[equals] != '=') {
            if (bytes[equals] == 0) {
                throw malformedRecord("has a NUL in its key");
            }
            equals++;
        }
        if (equals == last || equals == keyStart) {
            throw malformedRecord("has no key");
        }
        key = TarText.decode(bytes, keyStart, equals);
        valueStart = equals + 1;
        valueEnd = (int) last;
        next = valueEnd + 1;
        return true;
    }

    byte[] bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return valueStart == valueEnd;
    }

    String text() {
        return TarText.decode(bytes, valueStart, valueEnd);
    }

    /** {@return the value, a name without NUL} */
    String name() throws TarException {
        requireName();
        return text();
    }

    void requireName() throws TarException {
        for (int i = valueStart; i < valueEnd; i++) {
            if (bytes[i] == 0) {
                throw malformedValue("with a NUL");
            }
        }
    }

    /** {@return the value, a decimal number} */
    long number() throws TarException {
        return number(valueStart, valueEnd);
    }

    /** {@return the seconds of a time such as {@code -1.5}, rounded down} */
    long seconds() throws TarException {
        long whole = number(valueStart, point());
        return isNegative() && nanosAfterPoint() > 0 ? Math.subtractExact(whole, 1) : whole;
    }

    /** {@return the nanoseconds to add to {@link #seconds}; more precise digits are dropped} */
    int nanos() throws TarException {
        int nanos = nanosAfterPoint();
        return isNegative() && nanos > 0 ? 1_000_000_000 - nanos : nanos;
    }

    void requireTime() throws TarException {
        seconds();
        nanos();
    }

    private boolean isNegative() {
        return bytes[valueStart] == '-';
    }

    private int point() {
        int at = valueStart;
        while (at < valueEnd && bytes[at] != '.') {
            at++;
        }
        return at;
    }

    private int nanosAfterPoint() throws TarException {
        int value = 0;
        int digits = 0;
        for (int i = point() + 1; i < valueEnd; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                throw malformedValue("that is not a time");
            }
            if (digits < 9) {
                value = value * 10 + bytes[i] - '0';
                digits++;
            }
        }
        for (; digits < 9; digits++) {
            value *= 10;
        }
        return value;
    }

    private long number(int start, int stop) throws TarException {
        int at = start < stop && bytes[start] == '-' ? start + 1 : start;
        if (at == stop) {
            throw malformedValue("that is not a number");
        }
        long value = 0;
        for (; at < stop; at++) {
            int digit = bytes[at] - '0';
            // Half of the range, so that a negative number and the second below it fit too.
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE / 2 - digit) / 10) {
                throw malformedValue("that is not a number of 63 bits");
            }
            value = value * 10 + digit;
        }
        return bytes[start] == '-' ? -value : value;
    }

    private TarException malformedValue(String what) {
        return TarException.malformed("has a pax record " + key + " " + what);
    }

    private static TarException malformedRecord(String what) {
        return TarException.malformed("has a pax record that " + what);
    }
}
