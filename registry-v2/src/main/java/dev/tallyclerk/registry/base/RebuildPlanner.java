package dev.tallyclerk.registry.base;

import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.registry.base.ImageBase.Freshness;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Puts the images to rebuild in order, and counts what becomes of their problems. */
final class RebuildPlanner {
    private final @Nullable ProblemCounter counter;
    /** The number of the group of each image to rebuild, from 0. */
    private final Map<Member, Integer> groups = new HashMap<>();
    /** The problems that images to build on will have; null if they are not known. */
    private final Map<Member, @Nullable BitSet> predicted = new HashMap<>();

    private final Map<Change, Reach> reaches = new LinkedHashMap<>();

    /** A change of the base, by the digest of the stale one, or by its names if it is not in the fleet. */
    private record Change(String from, Member to) {}

    /** What a change reaches. */
    private static final class Reach {
        final @Nullable Member from;
        final List<String> names;
        final List<FleetImage> images = new ArrayList<>();
        final BitSet inherited = new BitSet();
        int unknownImages;

        Reach(@Nullable Member from, Collection<String> names) {
            this.from = from;
            this.names = List.copyOf(names);
        }
    }

    RebuildPlanner(@Nullable ProblemSource source) {
        this.counter = source == null ? null : new ProblemCounter(source);
    }

    /** {@return the groups of images to rebuild} */
    List<List<Rebuild>> plan(List<Member> members) throws IOException {
        List<List<Member>> order = order(members);
        Set<Member> targets = new HashSet<>();
        for (List<Member> group : order) {
            group.forEach(member -> targets.add(Objects.requireNonNull(member.onto)));
        }
        for (Member member : members) {
            if (counter != null && targets.contains(member) && !groups.containsKey(member)) {
                ProblemCounter.Found found = counter.ask(member.image);
                predicted.put(member, found == null ? null : found.all());
            }
        }
        List<List<Rebuild>> plan = new ArrayList<>();
        for (List<Member> group : order) {
            List<Rebuild> rebuilds = new ArrayList<>();
            for (Member member : group) {
                rebuilds.add(rebuild(member, targets.contains(member)));
            }
            plan.add(List.copyOf(rebuilds));
        }
        return List.copyOf(plan);
    }

    private List<List<Member>> order(List<Member> members) {
        List<List<Member>> order = new ArrayList<>();
        for (Member member : members) {
            if (member.given) {
                number(member);
            }
        }
        for (Member member : members) {
            Integer group = groups.get(member);
            if (group != null) {
                while (order.size() <= group) {
                    order.add(new ArrayList<>());
                }
                order.get(group).add(member);
            }
        }
        return order;
    }

    private static boolean isRebuilt(@Nullable Member member) {
        return member != null && member.freshness.isStale() && member.onto != null && !member.isReplaced();
    }

    /** Numbers an image and those that it waits for. A fleet has no circles, but long chains. */
    private void number(Member first) {
        List<Member> chain = new ArrayList<>();
        @Nullable Member next = first;
        while (next != null && isRebuilt(next) && !groups.containsKey(next)) {
            chain.add(next);
            next = next.onto;
        }
        int group = next == null ? 0 : groups.getOrDefault(next, -1) + 1;
        for (int i = chain.size() - 1; i >= 0; i--) {
            groups.put(chain.get(i), group);
            group++;
        }
    }

    private Rebuild rebuild(Member member, boolean isTarget) throws IOException {
        Member onto = Objects.requireNonNull(member.onto);
        Reach reach = reach(member);
        reach.images.add(member.image);
        SortedMap<Severity, ProblemCounts> problems = null;
        if (counter != null) {
            ProblemCounter.Found found = counter.ask(member.image);
            BitSet after = after(member, onto, found);
            if (isTarget) {
                predicted.put(member, after);
            }
            if (found == null || reach.from == null) {
                reach.unknownImages++;
            } else {
                reach.inherited.or(found.below(reach.from.depth()));
            }
            problems = found == null || after == null ? null : counter.counts(found.all(), after);
        }
        return new Rebuild(member.result(), isRebuilt(onto) ? onto.image : null, member.given, problems);
    }

    /** {@return the problems after the rebuild: those of its own layers, and those of the newer base; or null} */
    private @Nullable BitSet after(Member member, Member onto, ProblemCounter.@Nullable Found found) {
        BitSet below = predicted.get(onto);
        if (found == null || below == null || member.base == null) {
            return null;
        }
        BitSet after = found.from(member.base.depth());
        after.or(below);
        return after;
    }

    /** {@return what belongs to the change that makes an image stale, directly or through its base} */
    private Reach reach(Member member) {
        Member stale = member;
        while (stale.freshness == Freshness.STALE_BY_INHERITANCE && stale.onto != null) {
            stale = stale.onto;
        }
        Member from = stale.base;
        Member root = stale;
        String key = from == null ? "names " + stale.baseNames : from.image.digest() + " " + from.image.platform();
        return reaches.computeIfAbsent(
                new Change(key, Objects.requireNonNull(stale.onto)), change -> new Reach(from, root.baseNames));
    }

    /** {@return the changes of bases, those that reach the most images first} */
    List<BaseUpgrade> upgrades() {
        List<BaseUpgrade> upgrades = new ArrayList<>();
        reaches.forEach((change, reach) -> {
            BitSet after = predicted.get(change.to());
            boolean isKnown =
                    counter != null && after != null && reach.from != null && reach.unknownImages < reach.images.size();
            upgrades.add(new BaseUpgrade(
                    reach.from == null ? null : reach.from.image,
                    change.to().image,
                    reach.names,
                    reach.images,
                    counter == null ? reach.images.size() : reach.unknownImages,
                    isKnown && counter != null && after != null ? counter.counts(reach.inherited, after) : null));
        });
        upgrades.sort((a, b) -> {
            int bySize = Integer.compare(b.images().size(), a.images().size());
            return bySize != 0 ? bySize : key(a).compareTo(key(b));
        });
        return List.copyOf(upgrades);
    }

    private static String key(BaseUpgrade upgrade) {
        return upgrade.to().name() + " " + upgrade.from().map(FleetImage::name).orElse("") + " " + upgrade.names();
    }
}
