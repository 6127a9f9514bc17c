package dev.tallyclerk.version;

/** A version by deb-version(7): {@code [epoch:]upstream[-revision]}. */
record DpkgVersion(String epoch, String upstream, String revision) implements VersionKey {
    private static final String MAX_EPOCH = String.valueOf(Integer.MAX_VALUE);

    static DpkgVersion parse(String input) {
        String text = input.strip();
        if (text.isEmpty()) {
            throw new InvalidVersionException(input, "it is empty");
        }
        int colon = text.indexOf(':');
        String epoch = "";
        if (colon >= 0) {
            epoch = text.substring(0, colon);
            if (!Digits.areDigits(epoch)) {
                throw new InvalidVersionException(input, "the epoch is not a number");
            }
            if (Digits.compare(epoch, MAX_EPOCH) > 0) {
                throw new InvalidVersionException(input, "the epoch is above " + MAX_EPOCH);
            }
        }
        String rest = text.substring(colon + 1);
        int hyphen = rest.lastIndexOf('-');
        String upstream = hyphen < 0 ? rest : rest.substring(0, hyphen);
        String revision = hyphen < 0 ? "" : rest.substring(hyphen + 1);
        if (upstream.isEmpty() || !Digits.isDigit(upstream.charAt(0))) {
            throw new InvalidVersionException(input, "the upstream version does not start with a digit");
        }
        if (hyphen >= 0 && revision.isEmpty()) {
            throw new InvalidVersionException(input, "the revision is empty");
        }
        requireCharacters(input, upstream, ".-+~:");
        requireCharacters(input, revision, ".+~");
        return new DpkgVersion(epoch, upstream, revision);
    }

    private static void requireCharacters(String input, String part, String signs) {
        for (int at = 0; at < part.length(); at++) {
            char c = part.charAt(at);
            if (!Digits.isAlphanumeric(c) && signs.indexOf(c) < 0) {
                throw new InvalidVersionException(input, "it has a character other than letters, digits and " + signs);
            }
        }
    }

    @Override
    public int compareTo(VersionKey other) {
        DpkgVersion that = (DpkgVersion) other;
        int order = Digits.compare(epoch, that.epoch);
        if (order == 0) {
            order = compare(upstream, that.upstream);
        }
        return order != 0 ? order : compare(revision, that.revision);
    }

    /** Runs of other characters and runs of digits by turns, starting with the former. */
    private static int compare(String first, String second) {
        int i = 0;
        int j = 0;
        while (i < first.length() || j < second.length()) {
            while (isText(first, i) || isText(second, j)) {
                int order = weight(first, i) - weight(second, j);
                if (order != 0) {
                    return order;
                }
                i++;
                j++;
            }
            int a = Digits.end(first, i);
            int b = Digits.end(second, j);
            int order = Digits.compare(first.substring(i, a), second.substring(j, b));
            if (order != 0) {
                return order;
            }
            i = a;
            j = b;
        }
        return 0;
    }

    private static boolean isText(String part, int at) {
        return at < part.length() && !Digits.isDigit(part.charAt(at));
    }

    /** A tilde is before the end, then letters, then other signs. */
    private static int weight(String part, int at) {
        if (!isText(part, at)) {
            return 0;
        }
        char c = part.charAt(at);
        if (c == '~') {
            return -1;
        }
        return Digits.isLetter(c) ? c : c + 256;
    }
}
