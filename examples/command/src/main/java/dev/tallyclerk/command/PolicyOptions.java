package dev.tallyclerk.command;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.hardening.policy.PolicyReader;
import dev.tallyclerk.hardening.report.BaselineException;
import dev.tallyclerk.hardening.report.BaselineReader;
import dev.tallyclerk.hardening.yaml.YamlPolicyReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The policy of an audit: a file, and options that override its most used settings. */
final class PolicyOptions {
    private static final int MAX_PATTERN_BYTES = 1 << 20;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Policy in JSON, or in YAML if the name ends in .yaml or .yml; see tallyclerk rules.")
    private @Nullable Path policy;

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            description = "Rules to run: ${COMPLETION-CANDIDATES}; default the policy's, or L1.")
    private @Nullable Profile profile;

    @Option(
            names = "--fail-on",
            paramLabel = "SEVERITY",
            description = "Lowest severity that rejects: ${COMPLETION-CANDIDATES}; default the policy's, or CRITICAL.")
    private @Nullable FailOn failOn;

    @Option(
            names = "--secret-patterns",
            paramLabel = "FILE",
            description = "Patterns of secrets besides the built-in ones and the policy's, one a line: NAME | KIND |"
                    + " WHERE | KEYWORDS | FORM | CHECKS.")
    private @Nullable Path secretPatterns;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "Earlier report in JSON, whose findings are accepted for now.")
    private @Nullable Path baseline;

    /** The lowest severity that rejects, or none. */
    enum FailOn {
        INFO,
        LOW,
        MEDIUM,
        HIGH,
        CRITICAL,
        NONE
    }

    /** {@return the policy in the file, overridden by the other options} */
    Policy policy() throws IOException {
        Policy demanded = policy == null ? Policy.defaults() : read(policy);
        if (profile != null) {
            demanded = demanded.withProfile(profile);
        }
        if (secretPatterns != null) {
            demanded = withSecretPatterns(demanded, secretPatterns);
        }
        return gated(demanded, failOn);
    }

    /** {@return a policy with the gate of an option, if it is given} */
    static Policy gated(Policy policy, @Nullable FailOn failOn) {
        if (failOn == null) {
            return policy;
        }
        return failOn == FailOn.NONE ? policy.withoutGate() : policy.withGate(Severity.valueOf(failOn.name()));
    }

    private static Policy withSecretPatterns(Policy policy, Path file) throws IOException {
        String table = new String(InputFile.read(file, MAX_PATTERN_BYTES), StandardCharsets.UTF_8);
        Policy extended = policy;
        int number = 0;
        for (String line : table.lines().toList()) {
            number++;
            if (!line.isBlank() && !line.strip().startsWith("#")) {
                try {
                    extended = extended.withSecretPattern(line);
                } catch (IllegalArgumentException e) {
                    throw new IOException(file + ": line " + number + ": " + Messages.of(e), e);
                }
            }
        }
        return extended;
    }

    /** {@return {@code auditor} with the baseline, if there is one} */
    Auditor withBaseline(Auditor auditor) throws IOException {
        return withBaseline(auditor, baseline);
    }

    /** {@return {@code auditor} with the baseline in a file, if one is named} */
    static Auditor withBaseline(Auditor auditor, @Nullable Path file) throws IOException {
        if (file == null) {
            return auditor;
        }
        BaselineReader reader = BaselineReader.create();
        try {
            return auditor.withBaseline(reader.read(InputFile.read(file, reader.maxBytes())));
        } catch (BaselineException e) {
            throw new IOException(file + ": " + e.reason() + ": " + Messages.of(e), e);
        }
    }

    /** {@return the policy in a file} */
    static Policy read(Path file) throws IOException {
        PolicyReader reader = PolicyReader.of(KnownRules.ruleSets());
        byte[] document = InputFile.read(file, reader.maxBytes());
        try {
            return YamlPolicyReader.of(reader).readNamed(file.toString(), document);
        } catch (PolicyException e) {
            throw new IOException(file + ": " + e.reason() + ": " + Messages.of(e), e);
        }
    }
}
