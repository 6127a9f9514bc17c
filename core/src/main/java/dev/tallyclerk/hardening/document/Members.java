package dev.tallyclerk.hardening.document;

import dev.tallyclerk.hardening.document.Node.Member;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The members of a mapping, in order. Takes half the memory of a map, of which a file may have very many. */
final class Members {
    private static final int[] UNSORTED = {};

    static final Members NONE = new Members(List.of());

    /** Most mappings have fewer members than this, which are found sooner one by one. */
    private static final int SMALL = 12;

    private final Member[] members;

    /** The positions in the order of the names; names of equal hashes would make a table slow. */
    private final int[] sorted;

    Members(Collection<Member> members) {
        this.members = members.toArray(new Member[0]);
        this.sorted = members.size() <= SMALL ? UNSORTED : sorted(this.members);
    }

    private static int[] sorted(Member[] members) {
        return IntStream.range(0, members.length)
                .boxed()
                .sorted(Comparator.comparing(at -> members[at].name()))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** {@return the member of that name, or null} */
    @Nullable Member get(String name) {
        int at = position(name);
        return at < 0 ? null : members[at];
    }

    private int position(String name) {
        if (sorted.length == 0) {
            for (int i = 0; i < members.length; i++) {
                if (members[i].name().equals(name)) {
                    return i;
                }
            }
            return -1;
        }
        int low = 0;
        int high = sorted.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = members[sorted[middle]].name().compareTo(name);
            if (order == 0) {
                return sorted[middle];
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    List<Member> inOrder() {
        return Collections.unmodifiableList(Arrays.asList(members));
    }

    /** {@return the names in order; unmodifiable} */
    Set<String> names() {
        return new AbstractSet<>() {
            @Override
            public Iterator<String> iterator() {
                return Arrays.stream(members).map(Member::name).iterator();
            }

            @Override
            public int size() {
                return members.length;
            }

            @Override
            public boolean contains(@Nullable Object name) {
                return name instanceof String text && position(text) >= 0;
            }
        };
    }
}
