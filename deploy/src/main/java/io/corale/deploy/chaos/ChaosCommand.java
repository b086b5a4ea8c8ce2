package io.corale.deploy.chaos;

import picocli.CommandLine.Command;

/** {@code corale chaos}: the fault scripts; each is also {@code deploy/chaos/NAME}. */
@Command(
    name = "chaos",
    description = "Breaks a cluster of its own on this machine and judges what it promised.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ClockJump.class,
      Damage.class,
      KillSuperpeer.class,
      DiskFull.class,
      IoError.class,
      KillAll.class,
      LaggingReplica.class,
      OverlayChurn.class,
      PauseSuperpeer.class,
      RollingRestart.class,
      TransferLeadership.class,
      ZooKeeperAway.class
    })
public final class ChaosCommand {}
