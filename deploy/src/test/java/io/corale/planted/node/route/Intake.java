package io.corale.planted.node.route;

import io.netty.channel.Channel;

record Intake(Channel channel) {}
