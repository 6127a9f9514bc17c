package dev.tallyclerk.internal.subject;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.Severity;

/** The metadata that every rule in the catalogue has. */
public final class RuleHeads {
    /** The version of the rule sets in which the rules first appeared. */
    public static final String SINCE = "1.0.0";

    private static final String CIS = "CIS Docker 1.6.0";
    private static final String NIST = "NIST SP 800-190";

    private RuleHeads() {}

    /** {@return the metadata of a rule; {@code cis} is empty if the benchmark does not ask for it} */
    public static RuleInfo.Builder info(
            String id, String title, Severity severity, Profile profile, String cis, String nist) {
        RuleInfo.Builder builder =
                RuleInfo.builder(id, title).severity(severity).profile(profile).since(SINCE);
        if (!cis.isEmpty()) {
            builder.reference(CIS, cis);
        }
        return builder.reference(NIST, nist);
    }

    /**
     * {@return the metadata of a rule; {@code cis} is empty if the benchmark does not ask for it}
     *
     * @param text the title on the first line, then the rationale, and from the word {@code Remedy:} on the remediation
     */
    public static RuleInfo.Builder info(
            String id, Severity severity, Profile profile, String cis, String nist, String text) {
        String[] parts = text.split("\n", 2);
        String[] reasons = parts[1].strip().replace('\n', ' ').split(" Remedy: ", 2);
        return info(id, parts[0], severity, profile, cis, nist)
                .rationale(reasons[0])
                .remediation(reasons[1]);
    }
}
