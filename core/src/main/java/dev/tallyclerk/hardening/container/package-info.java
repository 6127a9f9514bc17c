/**
 * Containers as a {@link dev.tallyclerk.hardening.Subject}, and the rules over them.
 *
 * <p>{@link dev.tallyclerk.hardening.container.ContainerReader} reads the output of {@code docker inspect} and
 * {@code podman inspect}, and the bodies of the Engine API's requests to create a container.
 * {@link dev.tallyclerk.hardening.container.ContainerRules} are the rules. Further data, such as the engine, its images
 * or the output of {@code docker diff}, is given to the subject with its {@code with} methods; a rule that needs data
 * that was not given is unknown and never passes. The values of a subject are in
 * {@link dev.tallyclerk.hardening.container.model}.
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
