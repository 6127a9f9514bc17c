/**
 * A swarm and its services as subjects, and the rules over them: what the Engine API says of nodes, networks, keys and
 * services.
 *
 * <p>Start at {@link dev.tallyclerk.hardening.swarm.SwarmSubject} and
 * {@link dev.tallyclerk.hardening.swarm.SwarmRules}; {@link dev.tallyclerk.hardening.swarm.SwarmService} is judged by
 * the RUN rules. Documents are given as bytes; nothing is asked of an engine.
 */
@NullMarked
package dev.tallyclerk.hardening.swarm;

import org.jspecify.annotations.NullMarked;
