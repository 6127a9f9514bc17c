package dev.tallyclerk.registry.base;

import dev.tallyclerk.registry.base.FleetException.Reason;
import dev.tallyclerk.registry.base.ImageBase.Freshness;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Passes staleness on from bases to the images on them. Each image has at most one image that it is rebuilt on. */
final class Inheritance {
    private Inheritance() {}

    /**
     * Decides which images are stale by inheritance.
     *
     * @throws FleetException if an image is its own base by way of others
     */
    static void apply(Collection<Member> members) throws FleetException {
        Set<Member> done = new HashSet<>();
        for (Member member : members) {
            // Without recursion: a chain may be as long as the fleet.
            Set<Member> open = new LinkedHashSet<>();
            for (@Nullable Member next = member; next != null && !done.contains(next); next = next.onto) {
                if (!open.add(next)) {
                    throw cycle(open, next);
                }
            }
            List<Member> chain = new ArrayList<>(open);
            for (int i = chain.size() - 1; i >= 0; i--) {
                inherit(chain.get(i));
                done.add(chain.get(i));
            }
        }
    }

    private static void inherit(Member member) {
        Member onto = member.onto;
        boolean canInherit = member.freshness == Freshness.CURRENT || member.freshness == Freshness.UNKNOWN;
        if (canInherit && onto != null && onto.freshness.isStale() && !onto.isReplaced()) {
            member.freshness = Freshness.STALE_BY_INHERITANCE;
            member.reason = "its base " + onto.image + " has to be rebuilt first";
        }
    }

    private static FleetException cycle(Set<Member> chain, Member again) {
        List<String> names = new ArrayList<>();
        boolean isIn = false;
        for (Member member : chain) {
            isIn |= member == again;
            if (isIn && names.size() < 10) {
                names.add(member.image.name());
            }
        }
        return new FleetException(
                Reason.CYCLE,
                "these images are built on each other, so none can be rebuilt first: " + String.join(", ", names)
                        + "; correct their annotations, or leave one out");
    }
}
