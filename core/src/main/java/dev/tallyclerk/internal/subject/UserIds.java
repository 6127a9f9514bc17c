package dev.tallyclerk.internal.subject;

/** How engines interpret the user of a process. */
public final class UserIds {
    private static final String LARGEST = Integer.toString(Integer.MAX_VALUE);

    private UserIds() {}

    /** {@return whether {@code name} is a number for Go's strconv.Atoi, with or without sign and leading zeros} */
    public static boolean isNumber(String name) {
        String digits = digits(name);
        return !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** {@return whether {@code name} is root or its number} */
    public static boolean isRoot(String name) {
        return name.equals("root") || (isNumber(name) && digits(name).chars().allMatch(c -> c == '0'));
    }

    /**
     * {@return whether {@code name} is a number outside the range of user ids, which engines refuse or treat as root:
     * containerd counted 4294967296 as 0 (CVE-2024-40635)}
     */
    public static boolean isOutOfRange(String name) {
        if (!isNumber(name) || isRoot(name)) {
            return false;
        }
        String significant = digits(name).replaceFirst("^0+", "");
        return name.startsWith("-")
                || significant.length() > LARGEST.length()
                || (significant.length() == LARGEST.length() && significant.compareTo(LARGEST) > 0);
    }

    private static String digits(String name) {
        return name.startsWith("+") || name.startsWith("-") ? name.substring(1) : name;
    }
}
