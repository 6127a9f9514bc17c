/**
 * Audits subjects: runs rules under a policy, and decides.
 *
 * <p>An {@link dev.tallyclerk.hardening.audit.Auditor} holds rule sets and a
 * {@link dev.tallyclerk.hardening.audit.Policy}; its {@link dev.tallyclerk.hardening.audit.AuditReport} has one
 * {@link dev.tallyclerk.hardening.audit.Finding} for each rule and subject (for a failure, one per problem) and one
 * {@link dev.tallyclerk.hardening.audit.Decision}: accepted, rejected or incomplete.
 *
 * <pre>{@code
 * Policy policy = Policy.defaults()
 *         .withProfile(Profile.L2)
 *         .withGate(Severity.HIGH)
 *         .withSetting(rule, RuleSetting.of(mostDoors, 3L))
 *         .withWaiver(new Waiver(
 *                 rule,
 *                 Scope.everything().withName("cleaner-*"),
 *                 "they lock up at night",
 *                 "facility team",
 *                 LocalDate.parse("2027-01-31")));
 * AuditReport report = Auditor.of(policy, rules)
 *         .withBaseline(Baseline.of(former))
 *         .audit(subjects);
 * boolean accepted = report.decision().isAccepted();
 * }</pre>
 *
 * <p>Rules use only {@link dev.tallyclerk.hardening}. Everything here is immutable, and with a fixed clock the same
 * input gives the same report.
 */
@NullMarked
package dev.tallyclerk.hardening.audit;

import org.jspecify.annotations.NullMarked;
