package dev.tallyclerk.registry.base;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.base.BaseRemark.Kind;
import dev.tallyclerk.registry.base.ImageBase.Basis;
import dev.tallyclerk.registry.base.ImageBase.Freshness;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the base of each image, and whether another image is current for its name. */
final class BaseFinder {
    private final FleetIndex index;

    BaseFinder(FleetIndex index) {
        this.index = index;
    }

    /** Notes the name that an annotation gives to a base, if the layers confirm that it is the base. */
    void learn(Member member) {
        // A document about an image that nobody has read gives no name to an image that somebody has.
        BaseAnnotation said =
                member.image.isClaimed() ? null : member.image.annotatedBase().orElse(null);
        String name = said == null
                ? null
                : said.reference().flatMap(FleetIndex::tagged).orElse(null);
        Digest digest = said == null ? null : said.digest().orElse(null);
        if (name != null && digest != null && index.current(name, member) != null) {
            for (Member base : index.ofDigest(digest, member)) {
                if (index.isBelow(base, member)) {
                    base.claimed.add(name);
                }
            }
        }
    }

    /** Finds the base of an image, once all names are learnt. */
    void find(Member member) {
        if (member.image.isClaimed() && member.depth() == 0) {
            findByClaim(member);
            return;
        }
        if (member.image.isClaimed()) {
            member.remark(Kind.CLAIMED_LAYERS, "a bill of materials states the layers; no image was read");
        }
        BaseAnnotation said = member.image.annotatedBase().orElse(null);
        if (said != null && !said.problem().isEmpty()) {
            member.remark(Kind.MALFORMED_ANNOTATION, said.problem());
        }
        List<Member> below = index.longestBelow(member);
        Member annotated = said == null ? null : annotated(member, said);
        if (annotated != null && said != null) {
            Member longest = below.isEmpty() ? annotated : below.get(0);
            if (longest.depth() > annotated.depth() && isCopied(said, longest)) {
                member.remark(
                        Kind.COPIED_ANNOTATION,
                        names(member, said) + ", which is the base of the base " + longest.image);
            } else {
                member.base = annotated;
                member.basis = basis(member);
                judge(member, annotatedNames(said, annotated));
                return;
            }
        } else if (said != null && !member.has(Kind.CONTRADICTED_ANNOTATION)) {
            if (member.has(Kind.OWN_NAME)) {
                member.basis = basis(member);
                member.freshness = Freshness.UNKNOWN;
                return;
            }
            if (said.reference().isPresent() || said.digest().isPresent()) {
                unverified(member, said, below);
                return;
            }
        }
        findByLayers(member, below);
    }

    /** Takes the base that a bill of materials names, because it states no layers to compare. */
    private void findByClaim(Member member) {
        BaseAnnotation said = member.image.annotatedBase().orElse(null);
        if (said == null) {
            member.freshness = Freshness.UNKNOWN;
            member.reason = "the bill of materials states neither layers nor a base";
            return;
        }
        member.remark(
                Kind.CLAIMED_BASE,
                "the bill of materials names the base " + said + ", and no layers that would confirm it");
        member.basis = Basis.CLAIM;
        List<Member> named =
                said.digest().map(digest -> index.ofDigest(digest, member)).orElse(List.of());
        if (!named.isEmpty()) {
            member.base = named.get(0);
            judge(member, annotatedNames(said, named.get(0)));
            return;
        }
        String name = said.reference().flatMap(FleetIndex::tagged).orElse(null);
        Member current = name == null ? null : index.current(name, member);
        if (name != null) {
            member.baseNames.add(name);
        }
        if (name == null || current == null) {
            member.freshness = Freshness.UNKNOWN;
            member.reason =
                    "the bill of materials names the base " + said + ", and the fleet has no current image for it";
            member.remark(Kind.NO_CURRENT_IMAGE, member.reason);
        } else if (said.digest().isEmpty()) {
            member.freshness = Freshness.UNKNOWN;
            member.onto = current;
            member.reason = "the bill of materials names the base " + said
                    + " without a digest, so it may be the current image of that name or an earlier one";
        } else {
            member.freshness = Freshness.STALE;
            member.onto = current;
            member.reason = "the bill of materials names the base " + said + ", and " + described(name, current)
                    + " has another digest";
        }
    }

    /** {@return whether a builder took over the annotation of the base, or its label, which is inherited} */
    private static boolean isCopied(BaseAnnotation said, Member base) {
        return said.isLabel()
                || base.image.annotatedBase().filter(said::agreesWith).isPresent();
    }

    /** {@return the image of the fleet that the annotation names and the layers confirm, or null} */
    private @Nullable Member annotated(Member member, BaseAnnotation said) {
        List<Member> named =
                said.digest().map(digest -> index.ofDigest(digest, member)).orElse(List.of());
        Optional<Member> confirmed =
                named.stream().filter(base -> index.isBelow(base, member)).findFirst();
        if (confirmed.isPresent()) {
            return confirmed.get();
        }
        if (!named.isEmpty()) {
            contradicted(member, said, named.get(0));
            return null;
        }
        String name = said.reference().flatMap(FleetIndex::tagged).orElse(null);
        if (name == null) {
            return null;
        }
        Member current = index.current(name, member);
        if (current != null && current.is(member)) {
            member.reason = name + " is now this image, so nothing newer to build on is known";
            member.remark(Kind.OWN_NAME, names(member, said) + ", and " + name + " is now this image");
            return null;
        }
        if (current != null && index.isBelow(current, member)) {
            return current;
        }
        List<Member> former = index.formerBelow(name, member);
        return former.isEmpty() ? null : former.get(0);
    }

    private static void contradicted(Member member, BaseAnnotation said, Member named) {
        boolean isMerged = FleetIndex.hasFewerSteps(named.image, member.image) && member.depth() <= named.depth();
        if (isMerged) {
            member.remark(
                    Kind.MERGED_LAYERS,
                    names(member, said) + "; its layers are not in the image, whose history says that"
                            + " layers were merged");
        } else {
            member.remark(
                    Kind.CONTRADICTED_ANNOTATION,
                    names(member, said) + ", which is " + named.image + ", but its " + counted(named.depth(), "layer")
                            + " are not the lowest layers of the image");
        }
    }

    private static SortedSet<String> annotatedNames(BaseAnnotation said, Member base) {
        return said.reference()
                .flatMap(FleetIndex::tagged)
                .<SortedSet<String>>map(name -> new TreeSet<>(Set.of(name)))
                .orElseGet(base::names);
    }

    /** The annotation names a base that the fleet does not have: the layers below may be those of its own base. */
    private void unverified(Member member, BaseAnnotation said, List<Member> below) {
        boolean isMerged = member.has(Kind.MERGED_LAYERS);
        if (!isMerged) {
            member.remark(
                    Kind.UNVERIFIED_ANNOTATION,
                    names(member, said) + ", and no image of the fleet with that name or digest is below"
                            + " this one");
        }
        String name = said.reference().flatMap(FleetIndex::tagged).orElse(null);
        Member current = name == null ? null : index.current(name, member);
        Member lower = below.isEmpty() ? null : below.get(0);
        if (name == null || current == null) {
            findByLayers(member, below);
            if (member.freshness == Freshness.CURRENT || member.freshness == Freshness.NO_BASE) {
                member.freshness = Freshness.UNKNOWN;
                member.reason = names(member, said) + ", and the fleet has no current image for it";
                member.remark(Kind.NO_CURRENT_IMAGE, member.reason);
            }
            return;
        }
        member.baseNames.add(name);
        member.basis = basis(member);
        if (lower != null && lower.current.isEmpty() && lower.former.isEmpty()) {
            member.base = lower;
            member.basis = Basis.LAYERS;
        }
        if (isMerged) {
            member.freshness = Freshness.UNKNOWN;
            member.reason = "the layers were merged, so they do not show which image of " + name + " is the base";
            return;
        }
        member.freshness = Freshness.STALE;
        member.onto = current;
        member.reason = "the layers of " + described(name, current) + " are not in the image";
    }

    private void findByLayers(Member member, List<Member> below) {
        if (!below.isEmpty()) {
            Member base = below.get(0);
            member.base = base;
            member.basis = Basis.LAYERS;
            SortedSet<String> names = new TreeSet<>();
            for (Member each : below) {
                names.addAll(each.names());
            }
            List<String> others = below.stream()
                    .filter(each -> !each.is(base))
                    .map(each -> each.image.name())
                    .toList();
            if (!others.isEmpty()) {
                member.remark(
                        Kind.AMBIGUOUS_BASE,
                        base.image + " and " + listed(others)
                                + " have the same layers, and any of them may be the base");
            }
            judge(member, names);
            return;
        }
        Member similar = member.has(Kind.CONTRADICTED_ANNOTATION) ? null : index.similar(member);
        if (similar != null) {
            member.freshness = Freshness.UNKNOWN;
            member.reason = "the history begins as that of " + similar.image + ", whose layers are not in the image";
            member.remark(Kind.MERGED_LAYERS, member.reason + ": they were merged or rebuilt");
        } else if (index.sharesOnlyEmptyLayers(member)) {
            member.freshness = Freshness.UNKNOWN;
            member.reason = "all layers that it has in common with other images are empty";
            member.remark(Kind.EMPTY_LAYERS, member.reason);
        } else if (member.has(Kind.CONTRADICTED_ANNOTATION) || member.has(Kind.MALFORMED_ANNOTATION)) {
            member.freshness = Freshness.UNKNOWN;
            member.reason = (member.image.isClaimed() ? "the claimed base" : "the annotation")
                    + " is of no use, and no image of the fleet is below this one";
        } else {
            member.reason = "it names no base, and no image of the fleet is below this one";
        }
    }

    /** Compares the base with the images that are current for its names. */
    private void judge(Member member, SortedSet<String> names) {
        Member base = member.base;
        if (base == null) {
            return;
        }
        SortedSet<String> known = names;
        if (names.stream().allMatch(name -> index.current(name, member) == null)
                && !base.names().isEmpty()) {
            known = base.names();
        }
        member.baseNames = known;
        List<String> fresh = new ArrayList<>();
        List<String> stale = new ArrayList<>();
        List<Member> newer = new ArrayList<>();
        for (String name : known) {
            Member current = index.current(name, member);
            if (current == null) {
                continue;
            }
            if (current.is(member)) {
                member.remark(Kind.OWN_NAME, name + " is now this image");
            } else if (current.image.hasContentOf(base.image)) {
                fresh.add(name);
                if (!current.hasDigest(base.image.digest()) && !current.hasDigest(base.image.indexDigest())) {
                    member.remark(
                            Kind.SAME_CONTENT,
                            described(name, current) + " has another digest than " + base.image
                                    + " and the same content");
                }
                if (member.onto == null) {
                    member.onto = current;
                }
            } else {
                stale.add(name);
                newer.add(current);
            }
        }
        decide(member, base, fresh, stale, newer);
    }

    private static void decide(Member member, Member base, List<String> fresh, List<String> stale, List<Member> newer) {
        if (!fresh.isEmpty() && !stale.isEmpty()) {
            member.freshness = Freshness.UNKNOWN;
            member.reason = base.image + " is current for " + listed(fresh) + " and no longer for " + listed(stale);
            member.remark(Kind.AMBIGUOUS_NAME, member.reason + "; an annotation would say which name was meant");
        } else if (!fresh.isEmpty()) {
            member.freshness = Freshness.CURRENT;
            member.reason = base.image + " is current for " + listed(fresh);
        } else if (!stale.isEmpty()) {
            member.freshness = Freshness.STALE;
            member.onto = newer.get(0);
            member.reason = "it is built on " + base.image + ", and " + stale.get(0) + " is now " + newer.get(0).image;
            if (newer.stream().anyMatch(other -> !other.is(newer.get(0)))) {
                member.remark(
                        Kind.AMBIGUOUS_NAME,
                        base.image + " had the names " + listed(stale) + ", of which different images are current now");
            }
        } else {
            member.freshness = Freshness.UNKNOWN;
            member.onto = base.is(member) ? null : base;
            if (member.has(Kind.OWN_NAME)) {
                member.onto = null;
                member.reason = "the name of its base is now the image itself";
            } else if (member.baseNames.isEmpty()) {
                member.reason = "no name of its base " + base.image + " is known";
                member.remark(Kind.NAMELESS_BASE, member.reason);
            } else {
                member.reason = "no image of the fleet is current for " + listed(List.copyOf(member.baseNames));
                member.remark(Kind.NO_CURRENT_IMAGE, member.reason);
            }
        }
    }

    private static Basis basis(Member member) {
        return member.image.isClaimed() ? Basis.CLAIM : Basis.ANNOTATION;
    }

    private static String names(Member member, BaseAnnotation said) {
        return (member.image.isClaimed() ? "the bill of materials names " : "the annotation names ") + said;
    }

    private static String described(String name, Member image) {
        return name + " (" + image.image + ")";
    }

    private static String counted(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    /** {@return the first names of a list that may be long} */
    private static String listed(List<String> names) {
        int most = 5;
        return names.size() <= most
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, most)) + " and " + (names.size() - most) + " more";
    }
}
