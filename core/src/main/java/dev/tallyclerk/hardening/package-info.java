/**
 * The rule API: subjects, facts, rules and outcomes.
 *
 * <p>A {@link dev.tallyclerk.hardening.Subject} is a parsed document that provides
 * {@link dev.tallyclerk.hardening.Fact}s. A {@link dev.tallyclerk.hardening.Rule} turns the facts of one subject into
 * an {@link dev.tallyclerk.hardening.Outcome}, and a {@link dev.tallyclerk.hardening.RuleSet} is a named, versioned
 * list of rules. Absence of data is not a pass: a rule reaches a value only through its fact, and a fact without a
 * value makes the outcome unknown.
 *
 * <p>Callers can add rules, rule sets and kinds of subjects:
 *
 * <pre>{@code
 * record Badge(SubjectRef ref, Fact<String> owner) implements Subject {}
 *
 * Rule<Badge> owned = Rule.of(
 *         RuleInfo.builder("ACME-001", "Badge has no owner")
 *                 .rationale("Nobody is called when it breaks.")
 *                 .remediation("Name a team.")
 *                 .severity(Severity.LOW)
 *                 .profile(Profile.L1)
 *                 .since("1.0.0")
 *                 .build(),
 *         Badge.class,
 *         (badge, context) -> badge.owner().decideAt((owner, at) ->
 *                 owner.isBlank() ? Outcome.fail(Problem.at(at, "no owner")) : Outcome.pass()));
 * }</pre>
 *
 * <p>A {@link dev.tallyclerk.hardening.RuleParameter} lets a policy configure a rule. A
 * {@link dev.tallyclerk.hardening.RulePack} contributes rules from a jar.
 *
 * <p>Everything here is immutable and does no I/O, reads no clock and starts no thread.
 * {@link dev.tallyclerk.hardening.audit} runs rules and decides.
 */
@NullMarked
package dev.tallyclerk.hardening;

import org.jspecify.annotations.NullMarked;
