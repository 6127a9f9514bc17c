/**
 * Policies in YAML, for callers with SnakeYAML Engine ({@code org.snakeyaml:snakeyaml-engine}).
 *
 * <p>{@link dev.tallyclerk.hardening.yaml.YamlPolicyReader} reads policies, and
 * {@link dev.tallyclerk.hardening.yaml.YamlDocument} other documents. The rest of the library works without the parser.
 * A named module must also declare {@code requires org.snakeyaml.engine}.
 */
@NullMarked
package dev.tallyclerk.hardening.yaml;

import org.jspecify.annotations.NullMarked;
