package dev.tallyclerk.version;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * A version by the "Version Order Specification" of Maven 3.9's POM reference.
 *
 * <p>Maven nests a list at each hyphen and at each change between letters and digits. A nested list is always the last
 * item of its parent, so the items stand here in one row, with a mark where a list begins.
 */
record MavenVersion(List<Item> items) implements VersionKey {
    private static final List<String> QUALIFIERS = List.of("alpha", "beta", "milestone", "rc", "snapshot", "", "sp");
    private static final String RELEASE_RANK = rank("");
    private static final Item LIST = new Item(Kind.LIST, "");

    /** In the order of items of different kinds at one place. */
    private enum Kind {
        QUALIFIER,
        LIST,
        NUMBER
    }

    private record Item(Kind kind, String text) {
        /** {@return whether it has no part in the order at the end of a list} */
        boolean isNull() {
            return kind == Kind.NUMBER ? Digits.isZero(text) : text.isEmpty();
        }

        /** Compares with the absence of an item. */
        int compareToNothing() {
            return switch (kind) {
                case NUMBER -> isNull() ? 0 : 1;
                case LIST -> 0;
                case QUALIFIER -> rank(text).compareTo(RELEASE_RANK);
            };
        }

        int compareItem(Item that) {
            if (kind != that.kind) {
                return kind.compareTo(that.kind);
            }
            return kind == Kind.QUALIFIER ? rank(text).compareTo(rank(that.text)) : Digits.compare(text, that.text);
        }
    }

    /** Known qualifiers in their order, then all others by text. */
    private static String rank(String qualifier) {
        int index = QUALIFIERS.indexOf(qualifier);
        return index < 0 ? QUALIFIERS.size() + "-" + qualifier : String.valueOf(index);
    }

    static MavenVersion parse(String text) {
        return new MavenVersion(new Parser(text.toLowerCase(Locale.ROOT)).parse());
    }

    /** Cuts a version into lists of items. */
    private static final class Parser {
        private final String text;
        private final List<List<Item>> lists = new ArrayList<>();
        private List<Item> list = new ArrayList<>();
        private int start;
        private boolean digits;

        Parser(String text) {
            this.text = text;
            lists.add(list);
        }

        List<Item> parse() {
            for (int at = 0; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '.' || c == '-') {
                    endItem(at, false);
                    start = at + 1;
                    if (c == '-') {
                        nest();
                    }
                } else {
                    if (at > start && Digits.isDigit(c) != digits) {
                        if (!digits) {
                            openList();
                        }
                        endItem(at, true);
                        start = at;
                        nest();
                    }
                    digits = Digits.isDigit(c);
                }
            }
            if (text.length() > start) {
                if (!digits) {
                    openList();
                }
                endItem(text.length(), false);
            }
            return flatten();
        }

        private void endItem(int end, boolean isFollowedByNumber) {
            String item = text.substring(start, end);
            if (item.isEmpty()) {
                list.add(new Item(Kind.NUMBER, "0"));
            } else if (digits) {
                list.add(new Item(Kind.NUMBER, item));
            } else {
                list.add(new Item(Kind.QUALIFIER, qualifier(item, isFollowedByNumber)));
            }
        }

        private static String qualifier(String letters, boolean isFollowedByNumber) {
            return switch (letters) {
                case "a" -> isFollowedByNumber ? "alpha" : letters;
                case "b" -> isFollowedByNumber ? "beta" : letters;
                case "m" -> isFollowedByNumber ? "milestone" : letters;
                case "cr" -> "rc";
                case "ga", "final", "release" -> "";
                default -> letters;
            };
        }

        private void openList() {
            if (!list.isEmpty()) {
                nest();
            }
        }

        private void nest() {
            list = new ArrayList<>();
            lists.add(list);
        }

        /** Drops zeros and names of the release at the end of each list, from the innermost list outwards. */
        private List<Item> flatten() {
            List<Item> reversed = new ArrayList<>();
            for (int at = lists.size() - 1; at >= 0; at--) {
                List<Item> items = lists.get(at);
                if (!reversed.isEmpty()) {
                    reversed.add(LIST);
                }
                int end = items.size();
                while (end > 0 && items.get(end - 1).isNull()) {
                    end--;
                }
                for (int i = end - 1; i >= 0; i--) {
                    reversed.add(items.get(i));
                }
            }
            Collections.reverse(reversed);
            return List.copyOf(reversed);
        }
    }

    @Override
    public int compareTo(VersionKey other) {
        List<Item> those = ((MavenVersion) other).items;
        int shared = Math.min(items.size(), those.size());
        for (int at = 0; at < shared; at++) {
            int order = items.get(at).compareItem(those.get(at));
            if (order != 0) {
                return order;
            }
        }
        int order = compareToNothing(items, shared);
        return order != 0 ? order : -compareToNothing(those, shared);
    }

    private static int compareToNothing(List<Item> items, int from) {
        for (int at = from; at < items.size(); at++) {
            int order = items.get(at).compareToNothing();
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
