package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.internal.subject.UserIds;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The records of {@code passwd}, {@code shadow} or {@code group}: lines of fields with colons between.
 *
 * <p>Parsed as leniently as the most lenient C library does, so that no account is overlooked.
 *
 * @param file the file
 * @param records the lines that are not blank and not comments
 */
record AccountFile(ContentFile file, List<Account> records) {
    private static final Pattern ZERO = Pattern.compile("\\s*[+-]?0*\\s*");

    /** The most lines that are read; an endless file stops some engines. */
    static final int MAX_LINES = 65_536;

    /**
     * One line.
     *
     * @param line its number, from 1
     * @param fields the fields, at least one
     */
    record Account(int line, List<String> fields) {
        String name() {
            return fields.get(0);
        }

        /** {@return whether the line includes or excludes accounts of a network; such a line is no account} */
        boolean isOfNetwork() {
            return name().startsWith("+") || name().startsWith("-");
        }

        /** {@return a field, or null if the line is shorter} */
        @Nullable String field(int index) {
            return index < fields.size() ? fields.get(index) : null;
        }

        /**
         * {@return whether engines written in Go run this account as root: for them, what is absent or no number is 0,
         * and of a number the lowest 32 bits count}
         */
        boolean isRootForEngines() {
            String text = field(2);
            if (text == null || !UserIds.isNumber(text)) {
                return true;
            }
            try {
                return (int) Long.parseLong(text) == 0;
            } catch (NumberFormatException e) {
                // The nearest number of 64 bits; the lowest 32 of the least one are 0.
                return text.startsWith("-");
            }
        }

        /**
         * {@return whether some C library reads the number in a field as 0: one does so if the field is empty, and
         * others skip a sign}
         */
        boolean isZero(int index) {
            String text = field(index);
            return text != null && ZERO.matcher(text).matches();
        }

        /** {@return the number in a field, or -1 if there is none that an engine reads as a user or group} */
        long id(int index) {
            String text = field(index);
            if (text == null) {
                return -1;
            }
            String digits = text.strip();
            if (digits.isEmpty() || digits.length() > 20 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return -1;
            }
            long value = 0;
            for (int i = 0; i < digits.length(); i++) {
                value = value * 10 + digits.charAt(i) - '0';
                if (value > 0xffff_ffffL) {
                    return -1;
                }
            }
            return value;
        }
    }

    /**
     * {@return the lines as engines written in Go read them: comments are accounts too, and blanks around a line do not
     * count}
     *
     * @see <a href="https://github.com/moby/sys/blob/main/user/user.go">moby/sys/user</a>
     */
    static List<Account> asEnginesRead(ContentFile file) {
        List<Account> records = new ArrayList<>();
        List<String> lines = file.lines();
        for (int i = 0; i < Math.min(lines.size(), MAX_LINES); i++) {
            records.add(new Account(i + 1, List.of(lines.get(i).strip().split(":", -1))));
        }
        return records;
    }

    static AccountFile parse(ContentFile file) {
        List<Account> records = new ArrayList<>();
        int number = 0;
        for (String line : file.lines()) {
            number++;
            if (number > MAX_LINES) {
                break;
            }
            String text = line.stripLeading();
            if (!text.isEmpty() && !text.startsWith("#")) {
                records.add(new Account(number, List.of(text.split(":", -1))));
            }
        }
        return new AccountFile(file, records);
    }
}
