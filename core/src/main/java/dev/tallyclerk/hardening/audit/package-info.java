/**
 * Runs rules over subjects, and decides.
 *
 * <p>An {@link dev.tallyclerk.hardening.audit.Auditor} holds rule sets and a
 * {@link dev.tallyclerk.hardening.audit.Policy}; its {@link dev.tallyclerk.hardening.audit.AuditReport} has one
 * {@link dev.tallyclerk.hardening.audit.Finding} for each rule and subject (one for each problem where the rule failed)
 * and one {@link dev.tallyclerk.hardening.audit.Decision}: accept, reject or incomplete.
 *
 * <pre>{@code
 * Policy policy = Policy.defaults()
 *         .withProfile(Profile.L2)
 *         .withGate(Severity.HIGH)
 *         .withSetting(rule, mostDoors.set(3L))
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
 * <p>Rules are written with {@link dev.tallyclerk.hardening} only and never see this package. Everything here is
 * immutable, and the same input gives the same report.
 */
@NullMarked
package dev.tallyclerk.hardening.audit;

import org.jspecify.annotations.NullMarked;
