package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.RuleId;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Looks at each file of an image for one rule.
 *
 * <p>Pure and safe for use by several threads. Called for the merged files, in their order; files that a higher layer
 * deletes are not shown.
 */
public interface FileCheck {
    /** The largest content that a check can ask for, in bytes. */
    int MAX_CONTENT_BYTES = 1 << 20;

    /** {@return the rule that is broken by the files that {@link #judge} says something about} */
    RuleId rule();

    /**
     * {@return whether the content of a file is needed}
     *
     * <p>Content beyond {@link #MAX_CONTENT_BYTES}, or beyond 64 MiB in all files of the image, is not read: the rule
     * is then unknown unless it fails.
     *
     * @param path the path in a layer, which may lead through links there
     */
    boolean wantsContent(String path);

    /**
     * {@return what is wrong with a file, as a predicate such as {@code is a backup}; empty if nothing is}
     *
     * @param file the file
     */
    Optional<String> judge(ExaminedFile file);

    /**
     * {@return a check that needs no content}
     *
     * @param rule the rule
     * @param judge says what is wrong with a file
     */
    static FileCheck of(RuleId rule, Function<? super ExaminedFile, Optional<String>> judge) {
        return of(rule, path -> false, judge);
    }

    /**
     * {@return a check of content}
     *
     * @param rule the rule
     * @param wantsContent whether the content of the file at a path is needed
     * @param judge says what is wrong with a file; called for files without content too
     */
    static FileCheck of(
            RuleId rule,
            Predicate<? super String> wantsContent,
            Function<? super ExaminedFile, Optional<String>> judge) {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(wantsContent, "wantsContent");
        Objects.requireNonNull(judge, "judge");
        return new FileCheck() {
            @Override
            public RuleId rule() {
                return rule;
            }

            @Override
            public boolean wantsContent(String path) {
                return wantsContent.test(path);
            }

            @Override
            public Optional<String> judge(ExaminedFile file) {
                return judge.apply(file);
            }
        };
    }
}
