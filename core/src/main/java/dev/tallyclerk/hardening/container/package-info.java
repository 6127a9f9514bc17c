/**
 * Containers as a {@link dev.tallyclerk.hardening.Subject}, and the rules over them.
 *
 * <p>{@link dev.tallyclerk.hardening.container.ContainerReader} reads what engines say of a container: the output of
 * {@code docker inspect} of every version and of {@code podman inspect}, and the bodies with which the Engine API is
 * asked to make one. {@link dev.tallyclerk.hardening.container.ContainerRules} has the rules. What stands beside the
 * document, such as the engine, its images or the output of {@code docker diff}, is given to the subject with its
 * {@code with} methods; a rule that needs it and does not have it is unknown and never passes.
 *
 * <pre>{@code
 * List<ContainerSubject> containers = ContainerReader.create().read(inspectOutput);
 * AuditReport report = Auditor.of(Policy.defaults(), ContainerRules.ruleSet()).audit(containers);
 * }</pre>
 *
 * <p>Everything here is immutable and does no I/O.
 */
@NullMarked
package dev.tallyclerk.hardening.container;

import org.jspecify.annotations.NullMarked;
