"""Does the journey model know of counts at places what the counts alone do not? (``make score-blend``)"""
