package dev.tallyclerk.hardening;

import dev.tallyclerk.internal.text.DottedVersion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a rule, for reports and manuals.
 *
 * @param id the identifier
 * @param title the finding in a few words, as it reads when the rule fails
 * @param rationale why it matters, in sentences
 * @param remediation how to fix it, in sentences
 * @param remediations how to fix it in subjects of some kinds, in sentences and in the words of their format, by the
 *     {@link SubjectRef#kind}; unmodifiable
 * @param severity how bad a failure is, unless a policy overrides it
 * @param highest how bad a single problem may be, at least {@code severity}; an undecided outcome counts as that bad
 * @param profile the lowest profile that runs the rule
 * @param references sections of benchmarks and guides that ask for the same
 * @param since the first version of the rule set with this rule: integers separated by dots
 * @param parameters what a policy may set, in the order of declaration; the names are unique
 */
public record RuleInfo(
        RuleId id,
        String title,
        String rationale,
        String remediation,
        Map<String, String> remediations,
        Severity severity,
        Severity highest,
        Profile profile,
        List<Citation> references,
        String since,
        List<RuleParameter<?>> parameters) {
    public RuleInfo {
        Objects.requireNonNull(id, "id");
        requireText(title, "title");
        requireText(rationale, "rationale");
        requireText(remediation, "remediation");
        // In a stable order, because reports list them.
        remediations = Collections.unmodifiableMap(new TreeMap<>(remediations));
        remediations.forEach((kind, text) -> {
            requireText(kind, "kind of a subject");
            requireText(text, "remediation for " + kind);
        });
        Objects.requireNonNull(severity, "severity");
        if (!highest.isAtLeast(severity)) {
            throw new IllegalArgumentException(
                    "the highest severity of " + id + " is " + highest + ", below " + severity);
        }
        Objects.requireNonNull(profile, "profile");
        references = List.copyOf(references);
        DottedVersion.parse(since);
        parameters = List.copyOf(parameters);
        if (parameters.stream().map(RuleParameter::name).distinct().count() != parameters.size()) {
            throw new IllegalArgumentException("two parameters of " + id + " have the same name");
        }
    }

    /**
     * A section of a benchmark or guide.
     *
     * @param document the document with its edition, for example {@code CIS Docker 1.6.0}
     * @param section for example {@code 4.1}
     */
    public record Citation(String document, String section) {
        public Citation {
            requireText(document, "document");
            requireText(section, "section");
        }

        /** {@return document and section} */
        @Override
        public String toString() {
            return document + ' ' + section;
        }
    }

    /**
     * {@return how to fix it in a subject, in sentences}
     *
     * @param subject the subject that failed
     */
    public String remediation(SubjectRef subject) {
        return remediations.getOrDefault(subject.kind(), remediation);
    }

    /**
     * {@return the parameter of that name}
     *
     * @param name the name to look for
     */
    public Optional<RuleParameter<?>> parameter(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst();
    }

    /**
     * Starts the metadata of a rule.
     *
     * @param id the identifier, for example {@code IMG-001}
     * @param title the finding in a few words, as it reads when the rule fails
     * @return a builder in which everything but references and parameters must still be set
     * @throws IllegalArgumentException if {@code id} is not a {@link RuleId}
     */
    public static Builder builder(String id, String title) {
        return new Builder(new RuleId(id), title);
    }

    private static void requireText(String text, String name) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("the " + name + " of a rule is blank");
        }
    }

    /** Builds a {@link RuleInfo}. Not thread-safe. */
    public static final class Builder {
        private final RuleId id;
        private final String title;
        private final List<Citation> references = new ArrayList<>();
        private final List<RuleParameter<?>> parameters = new ArrayList<>();
        private final Map<String, String> remediations = new TreeMap<>();
        private @Nullable String rationale;
        private @Nullable String remediation;
        private @Nullable Severity severity;
        private @Nullable Severity highest;
        private @Nullable Profile profile;
        private @Nullable String since;

        private Builder(RuleId id, String title) {
            this.id = id;
            this.title = title;
        }

        /**
         * Sets why the rule matters.
         *
         * @param rationale the reason, in sentences
         * @return this builder
         */
        public Builder rationale(String rationale) {
            this.rationale = rationale;
            return this;
        }

        /**
         * Sets how to fix a failure.
         *
         * @param remediation the remedy, in sentences
         * @return this builder
         */
        public Builder remediation(String remediation) {
            this.remediation = remediation;
            return this;
        }

        /**
         * Sets how to fix a failure of subjects of one kind, in the words of their format.
         *
         * @param kind the {@link SubjectRef#kind}
         * @param remediation the remedy, in sentences
         * @return this builder
         */
        public Builder remediation(String kind, String remediation) {
            remediations.put(kind, remediation);
            return this;
        }

        /**
         * Sets how bad a failure is.
         *
         * @param severity the severity, unless a policy overrides it
         * @return this builder
         */
        public Builder severity(Severity severity) {
            this.severity = severity;
            return this;
        }

        /**
         * Sets how bad a single problem may be, for a rule that gives some problems a {@linkplain Problem#withSeverity
         * higher severity}.
         *
         * @param highest the highest severity of a problem; the rule's unless set
         * @return this builder
         */
        public Builder highest(Severity highest) {
            this.highest = highest;
            return this;
        }

        /**
         * Sets the lowest profile that runs the rule.
         *
         * @param profile the profile
         * @return this builder
         */
        public Builder profile(Profile profile) {
            this.profile = profile;
            return this;
        }

        /**
         * Adds a section that asks for the same.
         *
         * @param document the document with its edition
         * @param section the section
         * @return this builder
         */
        public Builder reference(String document, String section) {
            references.add(new Citation(document, section));
            return this;
        }

        /**
         * Sets the first version of the rule set with this rule.
         *
         * @param since the version of the rule set
         * @return this builder
         */
        public Builder since(String since) {
            this.since = since;
            return this;
        }

        /**
         * Adds a parameter, which a policy may set.
         *
         * @param parameter the same object that the rule reads with {@link RuleContext#value}
         * @return this builder
         */
        public Builder parameter(RuleParameter<?> parameter) {
            parameters.add(parameter);
            return this;
        }

        /**
         * {@return the metadata}
         *
         * @throws IllegalStateException if a part was not set
         * @throws IllegalArgumentException if a text is blank, the version is malformed, the highest severity is below
         *     the rule's, or two parameters have the same name
         */
        public RuleInfo build() {
            Severity ofRule = set(severity, "severity");
            return new RuleInfo(
                    id,
                    title,
                    set(rationale, "rationale"),
                    set(remediation, "remediation"),
                    remediations,
                    ofRule,
                    highest == null ? ofRule : highest,
                    set(profile, "profile"),
                    references,
                    set(since, "since"),
                    parameters);
        }

        private <T> T set(@Nullable T part, String name) {
            if (part == null) {
                throw new IllegalStateException("the " + name + " of " + id + " was not set");
            }
            return part;
        }
    }
}
