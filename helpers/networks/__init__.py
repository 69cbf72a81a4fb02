"""Fully connected networks, and what happens to the gradient on its way through their layers.

    >>> from helpers.networks import Network, microscope, mean_squared_error, sgd_step
    >>> net = Network([2, 64, 64, 1], activation="tanh", init="xavier normal", seed=1)
    >>> loss = mean_squared_error(net(X), y)
    >>> loss.backward()
    >>> sgd_step(net.parameters(), learning_rate=0.1)
    >>> measured, predicted = microscope(depth=30, activation="relu", init="he normal")

network.py has the Network, which is put together from activations.py, initialization.py and
normalization.py; losses.py, clipping.py and training.py train it; statistics.py measures every
layer in a forward and backward pass, and predictions.py calculates the same from variances.
classifier.py takes a trained one as it is, and differentiates its scores by the inputs;
sharpness.py measures the largest bend of a loss.
"""

from helpers.networks.activations import ACTIVATIONS, gelu, leaky_relu, relu, sigmoid, tanh
from helpers.networks.classifier import Classifier
from helpers.networks.clipping import angle, clip_by_norm, clip_by_value, gradient_norm
from helpers.networks.initialization import SCHEMES, initial_weights, weight_variance
from helpers.networks.losses import logistic_loss, mean_squared_error, softmax_cross_entropy
from helpers.networks.network import Architecture, Layer, Network
from helpers.networks.normalization import batch_norm, layer_norm
from helpers.networks.predictions import gaussian_moments, microscope, predicted_statistics
from helpers.networks.sharpness import follow_sharpness, sharpness
from helpers.networks.statistics import LayerStatistics, layer_statistics
from helpers.networks.steps import Steps, sgd_step
from helpers.networks.training import TrainingStep, accuracy, train, two_moons

__all__ = [
    "ACTIVATIONS",
    "SCHEMES",
    "Architecture",
    "Classifier",
    "Layer",
    "LayerStatistics",
    "Network",
    "Steps",
    "TrainingStep",
    "accuracy",
    "angle",
    "batch_norm",
    "clip_by_norm",
    "clip_by_value",
    "follow_sharpness",
    "gaussian_moments",
    "gelu",
    "gradient_norm",
    "initial_weights",
    "layer_norm",
    "layer_statistics",
    "leaky_relu",
    "logistic_loss",
    "mean_squared_error",
    "microscope",
    "predicted_statistics",
    "relu",
    "sgd_step",
    "sharpness",
    "sigmoid",
    "softmax_cross_entropy",
    "tanh",
    "train",
    "two_moons",
    "weight_variance",
]
