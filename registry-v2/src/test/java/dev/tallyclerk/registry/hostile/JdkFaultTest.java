package dev.tallyclerk.registry.hostile;

/** The same through the client of the Java runtime. */
class JdkFaultTest extends FaultTest {
    @Override
    Pull pull() {
        return Pull.byJdk(folder);
    }

    @Override
    Pull pullWithoutNames() {
        return pull();
    }
}
