/**
 * Policies in YAML, for those who have SnakeYAML Engine ({@code org.snakeyaml:snakeyaml-engine}).
 *
 * <p>{@link dev.tallyclerk.hardening.yaml.YamlPolicyReader} is the one type. Nothing else in the library needs the
 * parser, so that whoever writes policies in JSON can leave it out. In a named module, {@code requires
 * org.snakeyaml.engine} has to be said besides.
 */
@NullMarked
package dev.tallyclerk.hardening.yaml;

import org.jspecify.annotations.NullMarked;
