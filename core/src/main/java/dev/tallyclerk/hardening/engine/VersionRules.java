package dev.tallyclerk.hardening.engine;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue.Reason;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.subject.Facts;
import dev.tallyclerk.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the parts of the engine are maintained. */
final class VersionRules {
    private static final String ENGINE = "Engine";
    private static final List<String> PARTS = List.of(ENGINE, "containerd", "runc");

    /**
     * As of November 2026. Engine: without CVE-2026-34040, and without CVE-2026-41567, -41568 and -42306, which Moby
     * fixed in branch 29 only. containerd: without CVE-2026-47262 and the checkpoint flaws published with it. runc:
     * without CVE-2025-31133, -52565 and -52881, which allow escapes, and CVE-2026-41579.
     */
    private static final RuleParameter<List<String>> MAINTAINED = RuleParameter.textList(
            "maintainedVersions",
            List.of(
                    "Engine 29 29.5.1",
                    "containerd 1.7 1.7.33",
                    "containerd 2.0 2.0.10",
                    "containerd 2.1 2.1.9",
                    "containerd 2.2 2.2.5",
                    "containerd 2.3 2.3.2",
                    "runc 1.3 1.3.6",
                    "runc 1.4 1.4.3",
                    "runc 1.5 1.5.0"),
            "The maintained branches of each part and their first version without known escapes: part, branch, version."
                    + " Newer branches count as maintained. The default is from November 2026.");

    private VersionRules() {}

    static List<Rule<EngineSubject>> all() {
        return List.of(maintained());
    }

    private static Rule<EngineSubject> maintained() {
        return Rules.rule(
                info("DMN-027", Severity.HIGH, Profile.L1, "1.2.2", "4.4.1", """
                        Engine version is end-of-life or has known escapes
                        Flaws in the engine, containerd and runc that allow container escapes are public, along with
                        exploits. An unmaintained branch keeps them.
                        Remedy: Update to a maintained release. The rule knows what was public in November 2026. For
                        later flaws, and for distributions that backport fixes, set maintainedVersions from the
                        distributor's advisories.
                        """)
                        .parameter(MAINTAINED),
                (engine, context) -> {
                    List<Branch> branches = new ArrayList<>();
                    Outcome all = Outcome.notApplicable("the list of maintained versions names no part");
                    for (String line : context.value(MAINTAINED)) {
                        Optional<Branch> branch = Branch.parse(line).filter(found -> PARTS.contains(found.part()));
                        if (branch.isEmpty()) {
                            Outcome unread = Outcome.unknown(
                                    Reason.UNREADABLE,
                                    MAINTAINED.name() + " has " + Quoted.quote(line)
                                            + ", which is not a part, a branch and a version");
                            all = Outcome.allOf(all, unread);
                            continue;
                        }
                        branches.add(branch.get());
                    }
                    for (String part : PARTS) {
                        List<Branch> own = branches.stream()
                                .filter(branch -> branch.part().equals(part))
                                .toList();
                        if (!own.isEmpty()) {
                            all = Outcome.allOf(all, part(engine, part, own));
                        }
                    }
                    return all;
                });
    }

    /**
     * A maintained branch.
     *
     * @param part for example {@code runc}
     * @param branch the numbers with which its versions start
     * @param least the first version without known escapes
     */
    private record Branch(String part, EngineVersion branch, EngineVersion least) {
        static Optional<Branch> parse(String line) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length != 3) {
                return Optional.empty();
            }
            Optional<EngineVersion> branch = EngineVersion.parse(words[1]);
            Optional<EngineVersion> least = EngineVersion.parse(words[2]);
            return branch.isPresent() && least.isPresent()
                    ? Optional.of(new Branch(words[0], branch.get(), least.get()))
                    : Optional.empty();
        }
    }

    private static Outcome part(EngineSubject engine, String part, List<Branch> branches) {
        return version(engine, part).decideAt((text, at) -> {
            Optional<EngineVersion> parsed = EngineVersion.parse(text);
            if (parsed.isEmpty()) {
                return Outcome.unknown(Reason.UNREADABLE, "the version of " + part + " is not a number");
            }
            EngineVersion version = parsed.get();
            boolean good = branches.stream()
                            .anyMatch(branch -> version.isOf(branch.branch()) && !version.isBefore(branch.least()))
                    || branches.stream()
                            .allMatch(branch -> !version.isOf(branch.branch())
                                    && branch.branch().isBefore(version));
            return Outcome.failIf(
                    !good, at, "a part of the engine is unmaintained or has known flaws", Evidence.of(part, text));
        });
    }

    private static Fact<String> version(EngineSubject engine, String part) {
        Fact<Map<String, String>> components = engine.components();
        if (Facts.isStated(components, versions -> versions.containsKey(part))) {
            return components.map(versions -> versions.getOrDefault(part, ""));
        }
        if (part.equals(ENGINE) && !engine.info().isPodman()) {
            return engine.serverVersion();
        }
        return components.fold(
                (versions, at) -> Fact.missing(Reason.KEY_MISSING, at + " has no " + part),
                assumed -> Fact.missing(Reason.KEY_MISSING, assumed.why()),
                missing -> Fact.missing(missing.reason(), missing.what()));
    }
}
