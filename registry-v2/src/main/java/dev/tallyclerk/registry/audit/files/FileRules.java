package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleParameter;
import java.util.List;

/** Makes rules that fail for the files that were found for them. */
final class FileRules {
    private static final RuleParameter<List<String>> ALLOWED = RuleParameter.textList(
            "allowed",
            List.of(),
            "Paths that are accepted, without a slash at the start; one that ends in /* accepts all files below it.");

    private static final RuleParameter<Boolean> ALLOW_DISTRIBUTION = RuleParameter.flag(
            "allowDistribution",
            false,
            "Whether the files that the image's distribution is known to have are accepted.");

    private FileRules() {}

    static Rule<FileSystemSubject> rule(RuleInfo info) {
        String id = info.id().toString();
        return Rule.of(info, FileSystemSubject.class, (files, context) -> files.judge(id, sighting -> false));
    }

    /** {@return a rule without parameters} */
    static Rule<FileSystemSubject> found(RuleInfo.Builder info) {
        return rule(info.build());
    }

    /** {@return a rule that accepts the paths of a list} */
    static Rule<FileSystemSubject> listed(RuleInfo.Builder info) {
        RuleInfo plain = info.parameter(ALLOWED).build();
        String id = plain.id().toString();
        if (!KnownFiles.knows(id)) {
            return Rule.of(plain, FileSystemSubject.class, (files, context) -> {
                List<String> allowed = context.value(ALLOWED);
                return files.judge(id, sighting -> isAllowed(sighting.path(), allowed));
            });
        }
        return Rule.of(info.parameter(ALLOW_DISTRIBUTION).build(), FileSystemSubject.class, (files, context) -> {
            List<String> allowed = context.value(ALLOWED);
            boolean isKnownAllowed = context.value(ALLOW_DISTRIBUTION);
            return files.facts()
                    .decide(facts -> files.judge(
                            id,
                            sighting -> isAllowed(sighting.path(), allowed)
                                    || (isKnownAllowed && KnownFiles.has(id, facts.distribution(), sighting.path()))));
        });
    }

    private static boolean isAllowed(String path, List<String> allowed) {
        for (String pattern : allowed) {
            boolean isFolder = pattern.endsWith("/*");
            if (isFolder ? path.startsWith(pattern.substring(0, pattern.length() - 1)) : path.equals(pattern)) {
                return true;
            }
        }
        return false;
    }
}
