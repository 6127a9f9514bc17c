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

    private static final RuleParameter<Boolean> ALLOW_PACKAGES = RuleParameter.flag(
            "allowDistribution",
            true,
            "Whether files are accepted that are as the packages of the image's distribution brought them.");

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

    /** {@return a rule on secrets, which accepts the paths of a list and unchanged files of the distribution} */
    static Rule<FileSystemSubject> secrets(RuleInfo.Builder info) {
        RuleInfo all = info.parameter(ALLOWED).parameter(ALLOW_PACKAGES).build();
        String id = all.id().toString();
        return Rule.of(all, FileSystemSubject.class, (files, context) -> {
            List<String> allowed = context.value(ALLOWED);
            boolean arePackagesAllowed = context.value(ALLOW_PACKAGES);
            return files.judge(
                    id,
                    sighting ->
                            isAllowed(sighting.path(), allowed) || (arePackagesAllowed && sighting.isOfDistribution()));
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
