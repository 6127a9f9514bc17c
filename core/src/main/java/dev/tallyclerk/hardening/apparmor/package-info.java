/**
 * AppArmor profiles as subjects, and the rules that compare them with {@code docker-default}.
 *
 * <p>Start at {@link dev.tallyclerk.hardening.apparmor.AppArmorSubject} and
 * {@link dev.tallyclerk.hardening.apparmor.AppArmorRules}.
 */
@NullMarked
package dev.tallyclerk.hardening.apparmor;

import org.jspecify.annotations.NullMarked;
