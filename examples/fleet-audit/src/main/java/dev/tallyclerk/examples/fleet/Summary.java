package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.hardening.Severity;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the verdicts on all images have in common. Belongs to one thread. */
public final class Summary {
    static final int ACCEPTED = 0;
    static final int REJECTED = 1;
    static final int INCOMPLETE = 2;

    private static final String PAGE = "summary.html";

    private static final String FIRST_DATE = "1981";

    /** How many names are kept of each thing. */
    private static final int EXAMPLES = 20;

    private final Map<String, Rule> rules = new HashMap<>();
    private final Map<String, Base> bases = new HashMap<>();
    private final Map<String, Layer> layers = new HashMap<>();
    private final Map<String, Wrong> wrong = new HashMap<>();
    private final List<Verdict> incomplete = new ArrayList<>();
    private final List<String> unsigned = new ArrayList<>();
    private final List<Verdict> untrusted = new ArrayList<>();
    private final Map<String, Integer> decisions = new HashMap<>();
    private final Map<String, Integer> signed = new HashMap<>();
    private boolean isTrustAsked;
    private int untrustedImages;

    /**
     * How the verdicts came about.
     *
     * @param time when the images were judged
     * @param began since when documents and layers were read
     * @param hashed how many bytes of layers were read and hashed
     * @param leftOut how many tags and entries are no images but attached to some
     */
    public record Run(Instant time, Instant began, long hashed, long leftOut) {}

    /** A rule, and the images for which it failed. */
    static final class Rule {
        final Verdict.FailedRule first;
        String severity;
        int images;
        long problems;

        Rule(Verdict.FailedRule first) {
            this.first = first;
            this.severity = first.severity();
        }
    }

    /** A lowest layer, and the images that begin with it. */
    static final class Base {
        final Verdict.Base first;
        final String example;
        int images;

        Base(Verdict.Base first, String example) {
            this.first = first;
            this.example = example;
        }

        /** {@return whether it says when it was made; reproducible builds state 1970 or 1980} */
        boolean isDated() {
            return first.created().compareTo(FIRST_DATE) >= 0;
        }
    }

    /** A layer, and how many images have it. */
    static final class Layer {
        final Verdict.Layer layer;
        int images;

        Layer(Verdict.Layer layer) {
            this.layer = layer;
        }

        long saved() {
            return layer.size() * (images - 1L);
        }
    }

    /** A layer that is not what was promised, and the images to which it was. */
    static final class Wrong {
        final Verdict.WrongLayer layer;
        final List<String> examples = new ArrayList<>();
        int images;

        Wrong(Verdict.WrongLayer layer) {
            this.layer = layer;
        }
    }

    /** Adds a verdict. The order decides only on which examples are kept. */
    public void add(Verdict verdict) {
        decisions.merge(verdict.decision(), 1, Integer::sum);
        signed.merge(verdict.signed(), 1, Integer::sum);
        if (verdict.decision().equals("incomplete") && incomplete.size() < EXAMPLES) {
            incomplete.add(verdict);
        }
        if (verdict.signed().equals("no") && unsigned.size() < EXAMPLES) {
            unsigned.add(verdict.image());
        }
        isTrustAsked |= verdict.trust().isAsked();
        if (!verdict.trust().passes() && untrustedImages++ < EXAMPLES) {
            untrusted.add(verdict);
        }
        for (Verdict.FailedRule failed : verdict.rules()) {
            Rule rule = rules.computeIfAbsent(failed.id(), id -> new Rule(failed));
            rule.images++;
            rule.problems += failed.problems();
            rule.severity = severity(failed.severity()).compareTo(severity(rule.severity)) > 0
                    ? failed.severity()
                    : rule.severity;
        }
        if (verdict.isVerified() && !verdict.base().layer().isEmpty()) {
            bases.computeIfAbsent(verdict.base().layer(), digest -> new Base(verdict.base(), verdict.image())).images++;
        }
        // What nobody has verified may state any size.
        for (Verdict.Layer layer :
                verdict.isVerified() ? verdict.layers().stream().distinct().toList() : List.<Verdict.Layer>of()) {
            layers.computeIfAbsent(layer.digest(), digest -> new Layer(layer)).images++;
        }
        for (Verdict.WrongLayer layer : verdict.wrongLayers()) {
            Wrong known = wrong.computeIfAbsent(layer.digest() + layer.reason(), key -> new Wrong(layer));
            known.images++;
            if (known.examples.size() < EXAMPLES) {
                known.examples.add(verdict.image());
            }
        }
    }

    private static Severity severity(String severity) {
        return Severity.valueOf(severity);
    }

    int count(String decision) {
        return decisions.getOrDefault(decision, 0);
    }

    int images() {
        return decisions.values().stream().mapToInt(Integer::intValue).sum();
    }

    int countSigned(String state) {
        return signed.getOrDefault(state, 0);
    }

    /** {@return the bytes of distinct layers of images that were verified} */
    long distinctBytes() {
        return layers.values().stream().mapToLong(each -> each.layer.size()).sum();
    }

    /** {@return the bytes of all layers of all images that were verified} */
    long allBytes() {
        return layers.values().stream()
                .mapToLong(each -> each.layer.size() * each.images)
                .sum();
    }

    int distinctLayers() {
        return layers.size();
    }

    /** {@return the exit status: 0 if all images are accepted, 1 if one is rejected, otherwise 2} */
    public int exitStatus() {
        if (count("rejected") > 0) {
            return REJECTED;
        }
        return images() > 0 && count("accepted") == images() ? ACCEPTED : INCOMPLETE;
    }

    /**
     * Writes the page, and says how it went.
     *
     * @param output the folder of the page
     * @param progress receives two lines
     * @throws IOException if the page cannot be written
     */
    public void write(Path output, Run run, PrintStream progress) throws IOException {
        Path page = Files.writeString(output.resolve(PAGE + ".part"), SummaryPage.of(this, run));
        Files.move(page, output.resolve(PAGE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        progress.println(images() + " images: " + count("accepted") + " accepted, " + count("rejected") + " rejected, "
                + count("incomplete") + " incomplete; " + run.leftOut() + " signatures and the like left out");
        progress.println(run.hashed() + " bytes hashed; distinct layers have " + distinctBytes()
                + " bytes, the layers of all images " + allBytes());
    }

    List<Rule> worstRules() {
        return sorted(
                rules,
                Comparator.comparing((Rule rule) -> severity(rule.severity))
                        .reversed()
                        .thenComparingInt(rule -> -rule.images)
                        .thenComparing(rule -> rule.first.id()));
    }

    List<Base> oldestBases() {
        return sorted(
                bases,
                Comparator.<Base, Boolean>comparing(base -> !base.isDated())
                        .thenComparing(base -> base.first.created())
                        .thenComparing(base -> base.first.layer()));
    }

    List<Layer> biggestShared() {
        return sorted(
                        layers,
                        Comparator.<Layer>comparingLong(layer -> -layer.saved())
                                .thenComparing(layer -> layer.layer.digest()))
                .stream()
                .filter(layer -> layer.images > 1)
                .toList();
    }

    List<Wrong> wrongLayers() {
        return sorted(
                wrong,
                Comparator.<Wrong>comparingInt(each -> -each.images)
                        .thenComparing(each -> each.layer.digest() + each.layer.reason()));
    }

    List<Verdict> incomplete() {
        return incomplete;
    }

    List<String> unsigned() {
        return unsigned;
    }

    /** {@return whether anybody has to have signed} */
    boolean isTrustAsked() {
        return isTrustAsked;
    }

    int countUntrusted() {
        return untrustedImages;
    }

    List<Verdict> untrusted() {
        return untrusted;
    }

    private static <T> List<T> sorted(Map<String, T> things, Comparator<T> order) {
        return things.values().stream().sorted(order).limit(EXAMPLES).toList();
    }
}
