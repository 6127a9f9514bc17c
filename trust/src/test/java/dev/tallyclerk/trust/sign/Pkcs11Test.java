package dev.tallyclerk.trust.sign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.testing.JavaProcess;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import dev.tallyclerk.trust.sign.SigningException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AuthProvider;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.PasswordCallback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that never leave a token of PKCS #11: SoftHSM, by the runtime's provider, which is not registered. */
class Pkcs11Test {
    private static final String PIN = "1234";

    @TempDir
    Path folder = Path.of("");

    /** SoftHSM takes the place of its tokens from the environment, so it is in a process of its own. */
    @Test
    void signsWithTheKeysOfAToken() throws IOException, InterruptedException {
        Path tool = Peers.require("softhsm2-util");
        Path library = Peers.requireFile(
                tool.resolveSibling("../lib/softhsm/libsofthsm2.so").normalize());
        Path configuration = Files.writeString(
                folder.resolve("softhsm2.conf"),
                "directories.tokendir = " + Files.createDirectory(folder.resolve("tokens")) + "\n");
        Path provider = Files.writeString(
                folder.resolve("provider.conf"), "name = Test\nlibrary = " + library + "\nslotListIndex = 0\n");
        ended(
                configuration,
                tool.toString(),
                "--module",
                library.toString(),
                "--init-token",
                "--free",
                "--label",
                "test",
                "--pin",
                PIN,
                "--so-pin",
                PIN);
        String printed = ended(
                configuration,
                JavaProcess.command(List.of(), Signing.class, provider.toString())
                        .toArray(String[]::new));
        assertEquals("signed with EC\nsigned with RSA\n", printed);
    }

    /** {@return what a program printed that ended well} */
    private String ended(Path configuration, String... command) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("SOFTHSM2_CONF", configuration.toString());
        Process process = builder.start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        String printed = Files.readString(output);
        assertEquals(0, process.waitFor(), printed);
        return printed;
    }

    /** Makes keys in the token and signs with them. */
    static final class Signing {
        private Signing() {}

        public static void main(String[] arguments) throws Exception {
            AuthProvider token =
                    (AuthProvider) Security.getProvider("SunPKCS11").configure(arguments[0]);
            token.login(null, callbacks -> {
                for (Callback callback : callbacks) {
                    ((PasswordCallback) callback).setPassword(PIN.toCharArray());
                }
            });
            KeyPairGenerator curve = KeyPairGenerator.getInstance("EC", token);
            curve.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA", token);
            rsa.initialize(2048);
            byte[] message = "message".getBytes(StandardCharsets.UTF_8);
            for (KeyPairGenerator generator : new KeyPairGenerator[] {curve, rsa}) {
                KeyPair pair = generator.generateKeyPair();
                if (pair.getPrivate().getEncoded() != null) {
                    throw new IllegalStateException("the key can leave the token");
                }
                SigningKey key = SigningKeys.of(pair.getPrivate(), pair.getPublic(), token);
                if (!PlainSignatures.verify(
                        key.publicKey().publicKey(), PlainSignatures.Hash.SHA256, message, key.sign(message))) {
                    throw new IllegalStateException("no signature of " + key);
                }
                assertThrows(
                        IllegalArgumentException.class,
                        () -> SigningKeys.encryptedPem(pair.getPrivate(), PIN.toCharArray()));
                SigningException refused = assertThrows(
                        SigningException.class,
                        () -> SigningKeys.of(
                                pair.getPrivate(), generator.generateKeyPair().getPublic(), token));
                assertEquals(Reason.KEY_MISMATCH, refused.reason());
                System.out.print("signed with " + generator.getAlgorithm() + "\n");
            }
            token.logout();
        }
    }
}
