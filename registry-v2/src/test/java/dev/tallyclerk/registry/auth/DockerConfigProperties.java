package dev.tallyclerk.registry.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class DockerConfigProperties {
    @Provide
    Arbitrary<String> hosts() {
        Arbitrary<String> names = Arbitraries.strings()
                .withCharRange('a', 'd')
                .withChars(".-")
                .ofMinLength(1)
                .ofMaxLength(6);
        return Arbitraries.oneOf(
                names, names.map(name -> name + ":5000"), Arbitraries.of("docker.io", "index.docker.io"));
    }

    @Provide
    Arbitrary<String> spellings() {
        return Arbitraries.of("%s", "http://%s", "https://%s", "https://%s/", "https://%s/v1/", "%s/v2");
    }

    @Provide
    Arbitrary<String> users() {
        return Arbitraries.strings()
                .withCharRange(' ', '\u02ff')
                .filter(user -> !user.isEmpty() && user.indexOf(':') < 0);
    }

    @Provide
    Arbitrary<String> passwords() {
        return Arbitraries.strings().withCharRange(' ', '\u02ff').ofMaxLength(30);
    }

    @Property(tries = 500)
    void credentialsComeBackForTheirRegistryAndForNoOther(
            @ForAll("hosts") String host,
            @ForAll("spellings") String spelling,
            @ForAll("users") String user,
            @ForAll("passwords") String password,
            @ForAll("hosts") String other)
            throws CredentialException {
        String auth = Base64.getEncoder().encodeToString((user + ':' + password).getBytes(StandardCharsets.UTF_8));
        String document = "{\"auths\":{\"" + spelling.formatted(host) + "\":{\"auth\":\"" + auth + "\"}}}";
        DockerConfig config = DockerConfig.parse(document.getBytes(StandardCharsets.UTF_8));
        assertEquals(Credentials.of(user, password), config.credentialsFor(host));
        boolean same =
                ServerAddress.of(host).registry().equals(ServerAddress.of(other).registry());
        assertEquals(!same, config.credentialsFor(other).equals(Credentials.anonymous()), other);
    }
}
